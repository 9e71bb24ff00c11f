// What the server says, as far as it is read here. docs/http-api.md describes it.

export interface Source {
  id: string;
  title: string;
  authors: string[];
  publisher: string | null;
  /** "2019-01-15", "2019-01" or "2019"; null where it is not known. */
  published: string | null;
  url: string | null;
  /** The end of its path or address, where another source has the same title. */
  place?: string | null;
  /** A sentence for the reader where too little of it could be read. */
  caution?: string | null;
}

export interface Citation {
  n: number;
  document: Source;
  version: string;
  quote: string;
  start: number;
  end: number;
  heading: string[];
  page: number | null;
  permalink: string;
  /** Of the quote; null where it is not sure. */
  language?: string | null;
}

export interface Claim {
  text: string;
  citations: number[];
  verdict?: string;
  /** "item": one of a list. */
  form?: string;
  /** What it is to be shown under. */
  heading?: string;
}

/** Things side by side; the column of labels has no name. */
export interface Table {
  columns: string[];
  rows: { label: string; cells: { text: string; citations: number[] }[] }[];
}

export interface NearMiss {
  document: { id: string; title: string; published: string | null };
  version: string;
  text: string;
  start: number;
  end: number;
  permalink: string;
  language?: string | null;
}

export interface Notes {
  newest: { title: string; published: string | null } | null;
  oldest: { title: string; published: string | null } | null;
  undated: number;
  disagreements: { subject: string; citations: number[] }[];
}

export interface Answer {
  id: string;
  conversation_id: string | null;
  question: string;
  status: "answered" | "partial" | "abstained";
  claims: Claim[];
  citations: Citation[];
  notes: Notes;
  near_misses: NearMiss[];
  message: string | null;
  table?: Table | null;
  /** Why a chat model did not write it, where one should have. */
  fallback?: string | null;
  /** Who worded it: "extractive" or "model". */
  composer: string;
  receipt?: { model?: string | null };
  /** What kind of turn it was: "question", "courtesy", "help" … */
  kind?: string;
  /** How the question was understood in its conversation, where that differs from its words. */
  understood?: string | null;
  /** The answer in a word or two, where that is sure. */
  lead?: {
    text: string;
    citation: number;
    start: number;
    end: number;
    /** What an older source says to the contrary, and the number of its citation. */
    against?: string;
    against_citation?: number | null;
  } | null;
  /** Of what the product itself says in it. */
  language?: string;
}

export interface ConversationSummary {
  id: string;
  title: string;
  created: string;
  updated: string;
  is_pinned?: boolean;
  /** Whoever may ask and has its address may read it. */
  is_shared?: boolean;
}

export interface Conversation extends ConversationSummary {
  /** Whether this reader may go on with it. */
  is_own?: boolean;
  answers: Answer[];
}

export interface ListedSource extends Source {
  version: string;
  characters: number;
}

interface Span {
  start: number;
  end: number;
}

export interface Block extends Span {
  kind: "heading" | "paragraph" | "list_item" | "table_row";
  level: number;
  is_foreign: boolean;
  cells: Span[];
}

export interface SourceText extends ListedSource {
  provenance: Record<string, string>;
  changed_since: boolean;
  current_version: string | null;
  text: string;
  language?: string | null;
  blocks: Block[];
  versions: { version: string; ingested: string; is_current: boolean }[];
}

/** A place in a version of a source: what a citation and a near miss have in common. */
export interface Place {
  document: { id: string };
  version?: string | undefined;
  start?: number | undefined;
  end?: number | undefined;
  quote?: string | undefined;
}

export type Rating = "up" | "down";

export interface Feedback {
  rating: Rating | null;
  reasons: string[];
  comment: string;
}

export interface Problem {
  title: string;
  detail?: string;
  status: number;
  type?: string;
}

/** What the server is doing; the last two only while the question waits for its turn. */
export interface Status {
  stage: string;
  detail: string;
  ahead?: number;
  expected_wait_s?: number;
}

/** The events of a stream, in the order in which they come. */
export type StreamEvent =
  | ["status", Status]
  | ["claim", { claim: Claim; citations: Citation[] }]
  | ["note", Notes]
  | ["answer", Answer]
  | ["error", Problem];
