import type { Sandbox } from '@testio-mcp/sandbox';

// The Customer API as scripts see it, read without our client, parser or store: another reading of the same account.

export interface ApiProduct {
  readonly id: number;
  readonly name: string;
  readonly type: string;
}

export interface ApiTest {
  readonly id: number;
  readonly title: string;
  readonly status: string;
  readonly end_at: string | null;
  readonly product: { readonly id: number };
}

export interface ApiBug {
  readonly id: number;
  readonly title: string;
  readonly severity: string | null;
  readonly status: string | null;
  readonly auto_accepted?: boolean | null;
  readonly known?: boolean;
  readonly external_idx: string | null;
  readonly author: { readonly name: string } | null;
  readonly comments: readonly { readonly body: string }[];
  readonly test_feature: { readonly feature_id?: number } | null;
  readonly test: { readonly id: number };
  readonly reported_at: string | null;
}

export interface ApiAccount {
  readonly products: readonly ApiProduct[];
  readonly tests: readonly ApiTest[];
  readonly bugs: readonly ApiBug[];
  readonly reasons: readonly { readonly key: string; readonly default_comment: string }[];
}

/** Reads the whole account. No page of it may be poisoned. */
export async function readAccount(sandbox: Sandbox): Promise<ApiAccount> {
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(sandbox.url + path, { headers: { authorization: `Token ${sandbox.token}` } });
    if (!response.ok) throw new Error(`${path} answered ${response.status}`);
    return (await response.json()) as T;
  };
  const { products } = await get<{ products: ApiProduct[] }>('/products');
  const tests: ApiTest[] = [];
  for (const { id } of products) {
    for (let page = 1; ; page += 1) {
      const path = `/products/${id}/exploratory_tests?page=${page}&per_page=100`;
      const { exploratory_tests: some } = await get<{ exploratory_tests: ApiTest[] }>(path);
      if (some.length === 0) break;
      tests.push(...some);
    }
  }
  const { bugs } = await get<{ bugs: ApiBug[] }>('/bugs');
  const { reject_reasons: reasons } = await get<{ reject_reasons: ApiAccount['reasons'] }>('/bugs/reject_reasons');
  return { products, tests, bugs, reasons };
}
