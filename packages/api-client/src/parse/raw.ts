import { idOf, type Json, objectOf } from './members.ts';

/** Levels kept of an answer; real ones have fewer than ten. Deeper ones would only serve to exhaust the stack. */
const DEEPEST = 40;

/**
 * Members that are, or tell how to use, credentials of a test environment (customer-api 7.5), in any spelling. The reviewer's
 * comment on the environment is one of them: it is where someone writes which password does not work.
 */
const CREDENTIAL =
  /^(user_?name|user_?id|login|pass(word|wd|code|phrase)?|pwd|pin|otp|access(_.*|claims?)?|proxy.*|auth|authori[sz]ation|cookies?|.*(secret|credential|token|api_?key|private_?key|password).*|.*environment.*|binary_?app.*|__proto__)$/i;

/**
 * The answer's own object for later questions, made safe to keep: environments down to id and title, `product` and `section`
 * down to their id (they are repeated in every test, customer-api 10.10), no member named like a credential at any depth, no
 * text that a store cannot hold. Everything else stays as it came, unknown members included.
 */
export function rawOf(object: Json): Json {
  return cleanObject(object, 0);
}

function cleanObject(object: Json, depth: number): Json {
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(object)) {
    const name = storable(key);
    if (isEnvironment(name)) {
      const environment = Array.isArray(value) ? value.map(environmentOf).filter(isKept) : environmentOf(value);
      if (isKept(environment)) kept[name] = environment;
    } else if (name === 'product' || name === 'section') {
      const reference = referenceTo(value);
      if (isKept(reference)) kept[name] = reference;
    } else if (!CREDENTIAL.test(name.trim())) {
      kept[name] = cleanValue(value, depth + 1);
    }
  }
  return kept;
}

function cleanValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return storable(value);
  if (depth > DEEPEST) return null;
  if (Array.isArray(value)) return value.map((element: unknown) => cleanValue(element, depth + 1));
  const object = objectOf(value);
  return object === null ? value : cleanObject(object, depth);
}

function isKept<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function isEnvironment(name: string): boolean {
  return name === 'test_environment' || name === 'test_environments';
}

/** Id and title, each only in its own type; null stays null, anything that is no object with an id is dropped. */
function environmentOf(value: unknown): Json | null | undefined {
  if (value === null) return null;
  const id = idOf(objectOf(value)?.id);
  if (id === null) return undefined;
  const title = objectOf(value)?.title;
  return { id, title: typeof title === 'string' ? storable(title) : null };
}

function referenceTo(value: unknown): Json | null | undefined {
  if (value === null) return null;
  const id = idOf(objectOf(value)?.id);
  return id === null ? undefined : { id };
}

/** Without what SQLite cannot keep. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '').toWellFormed();
}
