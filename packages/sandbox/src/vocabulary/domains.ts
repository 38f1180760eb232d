import { BANKING } from './banking.ts';
import type { Domain } from './domain.ts';
import { ENERGY } from './energy.ts';
import { FITNESS } from './fitness.ts';
import { SHOP } from './shop.ts';
import { STREAMING } from './streaming.ts';
import { TRAVEL } from './travel.ts';

/** The worlds products come from, in the order in which they are dealt out. */
export const DOMAINS: readonly Domain[] = [SHOP, BANKING, TRAVEL, STREAMING, FITNESS, ENERGY];
