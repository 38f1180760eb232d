import { token } from '../generate/environments.ts';
import { hash } from '../random.ts';
import { utcIso } from '../time.ts';
import { HttpError } from './http-error.ts';
import { positiveParam } from './query.ts';
import { type ApiRequest, pathId, productOf } from './request.ts';

/** `GET /products/{product_id}/test_environments` (customer-api 8.14). */
export function listEnvironments(request: ApiRequest): object {
  const environments = [...productOf(request).environments];
  return { test_environments: environments.sort((a, b) => a.id - b.id) };
}

/** `GET /products/{product_id}/test_environments/{test_environment_id}` (customer-api 8.14). */
export function readEnvironment(request: ApiRequest): object {
  const environment = productOf(request).environments.find((candidate) => candidate.id === pathId(request, 1));
  if (environment === undefined) throw new HttpError(404, 'Test environment not found');
  return { test_environment: environment };
}

/** `GET /test_templates` (customer-api 8.15). */
export function listTemplates(request: ApiRequest): object {
  const productId = positiveParam(request.query, 'product_id');
  if (productId === null) throw new HttpError(400, 'product_id is missing');
  const sectionId = positiveParam(request.query, 'section_id');
  const templates = productOf(request, productId).templates.filter(
    (template) => sectionId === null || template.sectionId === sectionId,
  );
  return { test_templates: templates.map(({ sectionId: _, ...template }) => template) };
}

/** `GET /connections/{connection_id}` (customer-api 8.16). */
export function readConnection(request: ApiRequest): object {
  const id = pathId(request);
  const connection = request.account.listProducts().find((product) => product.connection?.id === id)?.connection;
  if (connection === undefined || connection === null) throw new HttpError(404, 'Connection not found');
  return { connection };
}

/** `GET /binary_apps/upload_url`: allocates an app with every call (customer-api 8.17). */
export function allocateUpload({ account }: ApiRequest): object {
  const id = account.allocateBinaryApp();
  const day = utcIso(account.now).slice(0, 10).replaceAll('-', '');
  return {
    binary_app_id: id,
    url: 'https://uploads.sandbox.example/',
    fields: {
      key: `binary_apps/${id}/\${filename}`,
      success_action_status: '201',
      policy: token(account.root, id, 1),
      'x-amz-credential': `sandbox/${day}/eu-central-1/s3/aws4_request`,
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-date': `${day}T000000Z`,
      'x-amz-signature': hash(account.root, id, 2).toString(16),
    },
  };
}
