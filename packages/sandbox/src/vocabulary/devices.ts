import type { Keyed, Named } from '../wire.ts';

export interface Category {
  readonly id: number;
  readonly key: string;
  readonly name: string;
}

/** A device that testers own. */
export interface DeviceModel {
  readonly id: number;
  readonly name: string;
  readonly category: Category;
  readonly vendor: Named;
  readonly system: Keyed;
  readonly versions: readonly Named[];
  readonly browsers: readonly Keyed[];
}

const COMPUTER: Category = { id: 12, key: 'computer', name: 'Computers' };
const PHONE: Category = { id: 13, key: 'smartphone', name: 'Smartphones' };
const TABLET: Category = { id: 14, key: 'tablet', name: 'Tablets' };
const TELEVISION: Category = { id: 19, key: 'tv', name: 'Smart TVs' };

const APPLE: Named = { id: 41, name: 'Apple' };
const SAMSUNG: Named = { id: 44, name: 'Samsung' };
const GOOGLE: Named = { id: 47, name: 'Google' };
const LENOVO: Named = { id: 52, name: 'Lenovo' };
const DELL: Named = { id: 53, name: 'Dell' };
const XIAOMI: Named = { id: 58, name: 'Xiaomi' };
const LG: Named = { id: 61, name: 'LG' };

const MAC: Keyed = { id: 4, key: 'mac', name: 'macOS' };
const WINDOWS: Keyed = { id: 1, key: 'windows', name: 'Windows' };
const LINUX: Keyed = { id: 7, key: 'linux', name: 'Linux' };
const IOS: Keyed = { id: 2, key: 'ios', name: 'iOS' };
const IPADOS: Keyed = { id: 9, key: 'ipados', name: 'iPadOS' };
const ANDROID: Keyed = { id: 3, key: 'android', name: 'Android' };
const TIZEN: Keyed = { id: 21, key: 'tizen', name: 'Tizen' };
const WEBOS: Keyed = { id: 22, key: 'webos', name: 'webOS' };

const SAFARI: Keyed = { id: 17, key: 'safari', name: 'Safari' };
const CHROME: Keyed = { id: 11, key: 'chrome', name: 'Chrome' };
const FIREFOX: Keyed = { id: 12, key: 'firefox', name: 'Firefox' };
const EDGE: Keyed = { id: 15, key: 'edge', name: 'Edge' };
const SAMSUNG_INTERNET: Keyed = { id: 19, key: 'samsung_internet', name: 'Samsung Internet' };

const MAC_VERSIONS: readonly Named[] = [
  { id: 311, name: '13' },
  { id: 327, name: '14.4' },
  { id: 341, name: '15.1' },
];
const WINDOWS_VERSIONS: readonly Named[] = [
  { id: 101, name: '10' },
  { id: 109, name: '11' },
];
const IOS_VERSIONS: readonly Named[] = [
  { id: 402, name: '16.7' },
  { id: 418, name: '17.5' },
  { id: 431, name: '18.1' },
];
const ANDROID_VERSIONS: readonly Named[] = [
  { id: 512, name: '12' },
  { id: 513, name: '13' },
  { id: 514, name: '14' },
  { id: 515, name: '15' },
];

const DEVICE_MODELS: readonly DeviceModel[] = [
  {
    id: 771,
    name: 'MacBook Air',
    category: COMPUTER,
    vendor: APPLE,
    system: MAC,
    versions: MAC_VERSIONS,
    browsers: [SAFARI, CHROME, FIREFOX],
  },
  {
    id: 772,
    name: 'MacBook Pro 16',
    category: COMPUTER,
    vendor: APPLE,
    system: MAC,
    versions: MAC_VERSIONS,
    browsers: [SAFARI, CHROME],
  },
  {
    id: 801,
    name: 'ThinkPad T14',
    category: COMPUTER,
    vendor: LENOVO,
    system: WINDOWS,
    versions: WINDOWS_VERSIONS,
    browsers: [CHROME, EDGE, FIREFOX],
  },
  {
    id: 802,
    name: 'XPS 13',
    category: COMPUTER,
    vendor: DELL,
    system: WINDOWS,
    versions: WINDOWS_VERSIONS,
    browsers: [CHROME, EDGE],
  },
  {
    id: 809,
    name: 'ThinkPad X1',
    category: COMPUTER,
    vendor: LENOVO,
    system: LINUX,
    versions: [{ id: 602, name: 'Ubuntu 24.04' }],
    browsers: [FIREFOX, CHROME],
  },
  {
    id: 911,
    name: 'iPhone 13',
    category: PHONE,
    vendor: APPLE,
    system: IOS,
    versions: IOS_VERSIONS,
    browsers: [SAFARI],
  },
  {
    id: 915,
    name: 'iPhone 15 Pro',
    category: PHONE,
    vendor: APPLE,
    system: IOS,
    versions: IOS_VERSIONS,
    browsers: [SAFARI, CHROME],
  },
  {
    id: 921,
    name: 'Galaxy S23',
    category: PHONE,
    vendor: SAMSUNG,
    system: ANDROID,
    versions: ANDROID_VERSIONS,
    browsers: [CHROME, SAMSUNG_INTERNET],
  },
  {
    id: 926,
    name: 'Galaxy A54',
    category: PHONE,
    vendor: SAMSUNG,
    system: ANDROID,
    versions: ANDROID_VERSIONS,
    browsers: [CHROME],
  },
  {
    id: 931,
    name: 'Pixel 8',
    category: PHONE,
    vendor: GOOGLE,
    system: ANDROID,
    versions: ANDROID_VERSIONS,
    browsers: [CHROME, FIREFOX],
  },
  {
    id: 938,
    name: 'Redmi Note 13',
    category: PHONE,
    vendor: XIAOMI,
    system: ANDROID,
    versions: ANDROID_VERSIONS,
    browsers: [CHROME],
  },
  {
    id: 951,
    name: 'iPad Air',
    category: TABLET,
    vendor: APPLE,
    system: IPADOS,
    versions: IOS_VERSIONS,
    browsers: [SAFARI],
  },
  {
    id: 957,
    name: 'Galaxy Tab S9',
    category: TABLET,
    vendor: SAMSUNG,
    system: ANDROID,
    versions: ANDROID_VERSIONS,
    browsers: [CHROME],
  },
  {
    id: 981,
    name: 'QLED Q80',
    category: TELEVISION,
    vendor: SAMSUNG,
    system: TIZEN,
    versions: [{ id: 702, name: '7.0' }],
    browsers: [],
  },
  {
    id: 984,
    name: 'OLED C3',
    category: TELEVISION,
    vendor: LG,
    system: WEBOS,
    versions: [{ id: 722, name: '23' }],
    browsers: [],
  },
];

const PHONES_AND_TABLETS_OF_APPLE = DEVICE_MODELS.filter(({ system }) => system === IOS || system === IPADOS);
const ANDROID_MODELS = DEVICE_MODELS.filter(({ system }) => system === ANDROID);
const SCREENS = DEVICE_MODELS.filter(({ category }) => category === TELEVISION || category === TABLET);
const WITH_BROWSER = DEVICE_MODELS.filter(({ category }) => category !== TELEVISION);

/** Models on which products of a type are tested. */
export function modelsFor(productType: string): readonly DeviceModel[] {
  switch (productType) {
    case 'mobile_app_ios':
      return PHONES_AND_TABLETS_OF_APPLE;
    case 'mobile_app_android':
      return ANDROID_MODELS;
    case 'streaming_app':
      return SCREENS;
    default:
      return WITH_BROWSER;
  }
}
