// What the Widget API answers, as far as the frame reads it.

export interface WorkingDay {
  day_of_week: number;
  closed_all_day?: boolean;
  open_all_day?: boolean;
  open_hour?: number | null;
  open_minutes?: number | null;
  close_hour?: number | null;
  close_minutes?: number | null;
}

export interface PreChatField {
  name: string;
  type: string;
  label: string;
  placeholder?: string | null;
  required?: boolean;
  enabled?: boolean;
  field_type?: "standard" | "contact_attribute" | "conversation_attribute";
  values?: string[] | null;
  regex_pattern?: string | null;
  regex_cue?: string | null;
}

export interface Channel {
  website_token: string;
  website_name: string;
  avatar_url: string;
  locale: string;
  widget_color: string;
  welcome_title: string | null;
  welcome_tagline: string | null;
  reply_time: string;
  enabled_features: string[];
  pre_chat_form_enabled: boolean;
  pre_chat_form_options: { pre_chat_message?: string | null; pre_chat_fields?: PreChatField[] };
  working_hours_enabled: boolean;
  working_hours?: WorkingDay[];
  /** From when on the inbox is open again; null while it is. */
  opens_at?: number | null;
  out_of_office_message: string | null;
  timezone: string;
  allow_messages_after_resolved: boolean;
  csat_survey_enabled: boolean;
  max_attachment_bytes?: number;
}

export interface Contact {
  id: number | null;
  name: string;
  email: string | null;
  phone_number: string | null;
  pubsub_token?: string;
  widget_auth_token?: string;
}

export interface Agent {
  id: number;
  name: string;
  avatar_url: string;
  availability_status: string;
}

export interface Sender {
  id: number;
  name: string;
  avatar_url?: string;
  thumbnail?: string;
  type?: string;
}

export interface Attachment {
  id: number;
  file_type: "image" | "audio" | "video" | "file" | string;
  data_url: string;
  thumb_url?: string;
  file_size?: number;
  file_name?: string;
  extension?: string | null;
  width?: number | null;
  height?: number | null;
}

export interface CardAction {
  type: "link" | "postback" | string;
  text: string;
  uri?: string;
  payload?: string;
}

/** An element of a rich message; which of these it has depends on the message's content_type. */
export interface Item {
  title?: string;
  value?: string;
  description?: string;
  link?: string;
  media_url?: string;
  actions?: CardAction[];
  name?: string;
  type?: string;
  label?: string;
  placeholder?: string;
  default?: string;
  required?: boolean | string;
  pattern?: string;
  pattern_error?: string;
  options?: { label: string; value: string }[];
}

export interface ContentAttributes {
  items?: Item[];
  submitted_values?: unknown;
  submitted_email?: string;
  button_label?: string;
  success_message?: string;
  display_type?: string;
  deleted?: boolean;
  [more: string]: unknown;
}

export const INCOMING = 0;
export const ACTIVITY = 2;

export interface Message {
  id: number;
  content: string | null;
  content_html?: string | null;
  message_type: number;
  content_type: string;
  content_attributes: ContentAttributes;
  created_at: number;
  conversation_id: number;
  attachments?: Attachment[];
  sender?: Sender;
  echo_id?: string;
}

export interface Conversation {
  id: number;
  status: string;
  agent_last_seen_at: number;
  contact_last_seen_at: number;
}

/** What is asked of the visitor when a conversation begins. */
export interface Begin {
  contact?: Record<string, unknown>;
  custom_attributes?: Record<string, unknown>;
}

/** A message on its way to the server. */
export interface Waiting {
  key: string;
  content: string;
  files: File[];
  /** Begins a conversation of its own. */
  begin?: Begin;
  /** The page it was written on. All of a message stays as it is however often it is sent: so it is known for the same. */
  referer: string;
  written_at: number;
  /** The last message known when it was first sent: should it come by itself before its answer does, it comes after this one. */
  after?: number;
  state: "waiting" | "sending" | "failed";
  error?: string;
  progress?: number;
}
