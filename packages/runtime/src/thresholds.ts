import { JUDGED_RATES, type JudgedRate, type Thresholds } from '@testio-mcp/domain';
import type { SettingValues } from './settings.ts';

/** The six shares, by the settings that hold them for all products. */
export type ThresholdSettings = Pick<
  SettingValues,
  | 'rejectionWarning'
  | 'rejectionCritical'
  | 'autoAcceptanceWarning'
  | 'autoAcceptanceCritical'
  | 'reviewWarning'
  | 'reviewCritical'
>;

/** The thresholds of all products that have none of their own. */
export function thresholdsOf(values: ThresholdSettings): Thresholds {
  return {
    rejection_rate: { warning: values.rejectionWarning, critical: values.rejectionCritical },
    auto_acceptance_rate: { warning: values.autoAcceptanceWarning, critical: values.autoAcceptanceCritical },
    review_rate: { warning: values.reviewWarning, critical: values.reviewCritical },
  };
}

/** The thresholds of products that have some of their own; what is not said for one is that of all. */
export function productThresholdsOf(
  values: ThresholdSettings & Pick<SettingValues, 'productThresholds'>,
): ReadonlyMap<number, Thresholds> {
  const all = thresholdsOf(values);
  const merged = new Map<number, Thresholds>();
  for (const { product, rate, band, share } of values.productThresholds?.bounds ?? []) {
    const own = merged.get(product) ?? all;
    merged.set(product, { ...own, [rate]: { ...own[rate], [band]: share } });
  }
  return merged;
}

/** Products whose warning does not come before what is critical, one clause each. */
export function contradictingThresholds(values: Parameters<typeof productThresholdsOf>[0]): string[] {
  return [...productThresholdsOf(values)].flatMap(([product, thresholds]) =>
    (Object.keys(JUDGED_RATES) as JudgedRate[]).flatMap((rate) => {
      const { warning, critical } = thresholds[rate];
      const isOrdered = JUDGED_RATES[rate] === 'above' ? warning < critical : warning > critical;
      const side = JUDGED_RATES[rate] === 'above' ? 'below' : 'above';
      return isOrdered
        ? []
        : [
            `PLAYBOOK_PRODUCT_THRESHOLDS gives product ${product} a ${rate} whose warning (${warning}) is not ${side} what is critical (${critical})`,
          ];
    }),
  );
}
