"""What the reference's answers are made of, in the notation of `reference_notation`. Instants are seconds unless written `iso`."""

_INBOX = """{
    id: int, avatar_url: str, channel_id: int, name: str, greeting_enabled: bool, greeting_message: str|null,
    working_hours_enabled: bool, enable_email_collect: bool, csat_survey_enabled: bool, csat_config: obj,
    enable_auto_assignment: bool, auto_assignment_config: obj, out_of_office_message: str|null,
    working_hours: [WorkingDay], timezone: str, callback_webhook_url: str|null, allow_messages_after_resolved: bool,
    lock_to_single_conversation: bool, sender_name_type: str, business_name: str|null
}"""

SHAPES = {
    "Account": """{
        id: int, name: str, locale: str, domain: str|null, support_email: str|null, status: "active"|"suspended",
        created_at: iso, cache_keys: obj, features: obj, settings: obj, custom_attributes: obj
    }""",
    "Member": '{account_id: int, user_id: int, role: "agent"|"administrator"}',
    "Bot": """{
        id: int, name: str, description: str, thumbnail: str, outgoing_url: str|null, bot_type: "webhook", bot_config: obj,
        account_id: int, access_token: str, system_bot: bool
    }""",
    "Agent": """{
        id: int, account_id: int, availability_status: "online"|"busy"|"offline", auto_offline: bool, confirmed: bool,
        email: str, available_name: str, name: str, role: "agent"|"administrator", thumbnail: str, provider: str
    }""",
    "User": """{
        access_token: str, account_id: int|null, available_name: str, avatar_url: str, confirmed: bool,
        display_name: str|null, message_signature: str|null, email: str, hmac_identifier: str, id: int,
        inviter_id: int|null, name: str, provider: str, pubsub_token: str, role: "agent"|"administrator"|null,
        ui_settings: obj, uid: str, type: str|null, custom_attributes: obj,
        accounts: [Membership]
    }""",
    "Membership": """{
        id: int, name: str, status: str, active_at: iso|null, role: "agent"|"administrator", permissions: [str],
        availability: str, availability_status: str, auto_offline: bool
    }""",
    "CannedResponse": "{id: int, account_id: int, short_code: str, content: str, created_at: iso, updated_at: iso}",
    "Definition": """{
        id: int, attribute_display_name: str, attribute_display_type: str, attribute_description: str|null,
        attribute_key: str, regex_pattern: str|null, regex_cue: str|null, attribute_values: [str], attribute_model: str,
        default_value: any, created_at: iso, updated_at: iso
    }""",
    "Label": "{id: int, title: str, description: str|null, color: str, show_on_sidebar: bool}",
    "Team": "{id: int, name: str, description: str|null, allow_auto_assign: bool, account_id: int, is_member: bool}",
    "CustomFilter": '{id: int, name: str, type: "conversation"|"contact"|"report", query: obj, created_at: iso, updated_at: iso}',
    "Webhook": "{id: int, name: str|null, url: str, account_id: int, subscriptions: [str], secret: str}",
    "WorkingDay": """{
        day_of_week: int, closed_all_day: bool, open_all_day: bool, open_hour: int|null, open_minutes: int|null,
        close_hour: int|null, close_minutes: int|null
    }""",
    "Inbox": "ApiInbox | WidgetInbox",
    "ApiInbox": _INBOX
    + ' & {channel_type: "Channel::Api", webhook_url: str|null, inbox_identifier: str, additional_attributes: obj, '
    "hmac_token: str, hmac_mandatory: bool, secret: str|null}",
    "WidgetInbox": _INBOX
    + """ & {
        channel_type: "Channel::WebWidget", website_url: str, widget_color: str, website_token: str, web_widget_script: str,
        welcome_title: str|null, welcome_tagline: str|null, selected_feature_flags: [str], reply_time: str|null,
        hmac_token: str, hmac_mandatory: bool, pre_chat_form_enabled: bool, pre_chat_form_options: obj,
        continuity_via_email: bool
    }""",
    "PlaceInbox": """{
        id: int, avatar_url: str, channel_id: int, name: str, channel_type: str, provider: str|null
    }""",
    "Place": "{source_id: str, inbox: PlaceInbox}",
    "Contact": """{
        additional_attributes: obj, availability_status: "online"|"offline", email: str|null, id: int, name: str,
        phone_number: str|null, blocked: bool, identifier: str|null, thumbnail: str, custom_attributes: obj,
        last_activity_at?: int|null, created_at: int
    }""",
    "ContactWithPlaces": "Contact & {contact_inboxes: [Place]}",
    "Contacts": "{meta: {count: int, current_page: int|str}, payload: [ContactWithPlaces]}",
    "Sender": """{
        id: int, name: str|null, type: "user"|"contact"|"agent_bot"
    }""",
    "Message": """{
        id: int, content: str|null, inbox_id: int, conversation_id: int, message_type: int, content_type: str,
        status: "sent"|"delivered"|"read"|"failed", content_attributes: obj, created_at: int, private: bool,
        source_id: str|null, sender?: Sender|null, attachments?: [Attachment], echo_id?: str|null
    }""",
    "Attachment": """{
        id: int, message_id: int, file_type: str, account_id: int, extension: str|null, data_url: str|null, thumb_url: str,
        file_size: int|null
    }""",
    "ConversationMeta": """{
        sender: Contact, channel: str, assignee?: Assignee|null, assignee_type?: str|null, team?: obj|null, hmac_verified: bool
    }""",
    "Assignee": "{id: int, name: str}",
    "Conversation": """{
        meta: ConversationMeta, id: int, messages: [Message], account_id: int, uuid: str, additional_attributes: obj,
        agent_last_seen_at: int, assignee_last_seen_at: int, contact_last_seen_at: int, can_reply: bool,
        custom_attributes: obj, inbox_id: int, labels: [str], muted: bool, snoozed_until: int|null,
        status: "open"|"resolved"|"pending"|"snoozed", created_at: int, updated_at: num, timestamp: int,
        first_reply_created_at: int|null, unread_count: int, last_non_activity_message: Message|null, last_activity_at: int,
        priority: "low"|"medium"|"high"|"urgent"|null, waiting_since: int|null, sla_policy_id: int|null
    }""",
    "Counts": "{mine_count: int, assigned_count: int, unassigned_count: int, all_count: int}",
    "Messages": """{
        meta: {labels: [str], additional_attributes: obj, contact: obj, assignee?: Assignee|null,
               agent_last_seen_at: iso|null, assignee_last_seen_at: iso|null},
        payload: [Message]
    }""",
    "Labels": "{payload: [str]}",
    "PublicInbox": """{
        identifier: str, name: str, timezone: str, working_hours: [WorkingDay], working_hours_enabled: bool,
        csat_survey_enabled: bool, greeting_enabled: bool, identity_validation_enabled: bool
    }""",
    "PublicContact": """{
        id: int, source_id: str, name: str|null, email: str|null, phone_number: str|null, pubsub_token: str
    }""",
    "PublicContactRecord": """{
        id: int, name: str|null, email: str|null, phone_number: str|null, identifier: str|null, blocked: bool,
        additional_attributes: obj|null, custom_attributes: obj|null, account_id: int, last_activity_at: iso|null,
        created_at: iso, updated_at: iso
    }""",
    "PublicMessage": """{
        id: int, content: str|null, message_type: int, content_type: str, content_attributes: obj, created_at: int,
        conversation_id: int, attachments?: [Attachment], sender?: obj|null
    }""",
    "PublicConversation": """{
        id: int, uuid: str, inbox_id: int, contact_last_seen_at: int, status: "open"|"resolved"|"pending"|"snoozed",
        agent_last_seen_at: int, messages: [PublicMessage], contact: obj
    }""",
    "Audit": """{
        id: int, auditable_id: int|null, auditable_type: str|null, auditable: obj|null, associated_id: int|null,
        associated_type: str|null, user_id: int|null, user_type: str|null, username: str|null,
        action: "create"|"update"|"destroy"|"sign_in"|"sign_out", audited_changes: obj|null, version: int,
        comment: str|null, request_uuid: str|null, created_at: int, remote_address: str|null
    }""",
    "App": """{
        id: str, name: str, description: str|null, hook_type: str|null, enabled: bool, allow_multiple_hooks?: bool|null,
        hooks: [obj]
    }""",
    "ReportingEvent": """{
        id: int, name: str, value: num, value_in_business_hours: num, event_start_time: iso, event_end_time: iso,
        account_id: int, conversation_id: int|null, inbox_id: int|null, user_id: int|null, created_at: iso, updated_at: iso
    }""",
    "Totals": """{
        avg_first_response_time: str|num|null, avg_resolution_time: str|num|null, conversations_count: int,
        incoming_messages_count: int, outgoing_messages_count: int, resolutions_count: int
    }""",
    "AgentLoad": """{
        id: int, name: str, email: str, thumbnail: str, availability: str|null, metric: {open: int, unattended: int}
    }""",
    "Summary": """{
        id: int, conversations_count: int, resolved_conversations_count: int, avg_resolution_time: num|null,
        avg_first_response_time: num|null, avg_reply_time: num|null
    }""",
}
