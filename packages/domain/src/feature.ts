/** A user story of a feature (customer-api 7.7). `path` is its text. */
export interface UserStory {
  readonly id: number;
  readonly path: string | null;
  readonly title: string | null;
  /** Null when the endpoint does not say (the plain user story list). */
  readonly featureId: number | null;
}

/** A feature of a product (customer-api 7.3). */
export interface Feature {
  readonly id: number;
  readonly title: string | null;
  readonly description: string | null;
  readonly howToFind: string | null;
  /** The stories as objects; null when the answer held only their texts. */
  readonly userStories: readonly UserStory[] | null;
  /** The texts of the stories, in the API's order, whatever form they came in. */
  readonly userStoryTexts: readonly string[];
}
