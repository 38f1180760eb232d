import type { DeviceReport, Named } from '@testio-mcp/domain';
import { describedOf, idOf, type Json } from './members.ts';
import { keyed, keyedOf, namedOf } from './named.ts';

/** The device of a bug or an execution (customer-api 7.8), of which every part is optional. */
export function deviceReport(object: Json): DeviceReport {
  return {
    id: idOf(object.id),
    category: keyedOf(object.category),
    vendor: namedOf(object.vendor),
    device: modelOf(object),
    operatingSystem: keyedOf(object.operating_system),
    operatingSystemVersion: namedOf(object.operating_system_version),
    browsers: describedOf(object.browsers, keyed),
  };
}

/** The model stands under `device`, or, in the singular, under the plural `devices`; the one with a name wins. */
function modelOf(object: Json): Named | null {
  const plural = object.devices;
  const candidates = [namedOf(object.device), namedOf(Array.isArray(plural) ? plural[0] : plural)];
  return (
    candidates.find((model) => typeof model?.name === 'string') ?? candidates.find((model) => model !== null) ?? null
  );
}
