// A desk is set up, a customer's own chat writes through the Client API, and an agent leads the conversation to its end.
import ChatwootClient, { ApiError } from "@figuro/chatwoot-sdk";

const accountId = Number(process.env.ACCOUNT_ID);
const userId = Number(process.env.USER_ID);
const basePath = process.env.ADDRESS;
const Client = ChatwootClient.default ?? ChatwootClient;
const desk = new Client({ config: { basePath, with_credentials: true, credentials: "include", token: process.env.TOKEN } });
const customer = new Client({ config: { basePath } });

async function refusal(promise) {
  try {
    return await promise;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, message: error.message, body: error.body };
  }
}

async function webhooks() {
  const created = await desk.webhooks.create({ accountId, data: { url: "https://example.com/bell", subscriptions: ["message_created"] } });
  const webhookId = created.payload.webhook.id;
  await desk.webhooks.update({ accountId, webhookId, data: { url: "https://example.com/other", subscriptions: ["conversation_created"] } });
  const listed = await desk.webhooks.list({ accountId });
  await desk.webhooks.delete({ accountId, webhookId });
  return { created, listed, left: await desk.webhooks.list({ accountId }) };
}

async function conversation() {
  const inbox = await desk.inboxes.create({ accountId, data: { name: "App", channel: { type: "api" } } });
  const inboxIdentifier = inbox.inbox_identifier;
  const contact = await customer.client.contacts.create({ inboxIdentifier, data: { identifier: "crm-1", name: "Carla", email: "carla@example.com" } });
  const where = { inboxIdentifier, contactIdentifier: contact.source_id };
  const begun = await customer.client.conversations.create(where);
  const asked = await customer.client.messages.create({ ...where, conversationId: begun.id, data: { content: "Where is my parcel?", echo_id: "mine" } });

  const conversationId = begun.id;
  const answered = await desk.messages.create({ accountId, conversationId, data: { content: "On its way" } });
  const heard = await customer.client.messages.list({ ...where, conversationId });
  await desk.conversationAssignment.assign({ accountId, conversationId, data: { assignee_id: userId } });
  const labels = await desk.conversationLabels.add({ accountId, conversationId, data: { labels: ["parcel"] } });
  const mine = await desk.conversations.list({ accountId, assigneeType: "me", labels: ["parcel"] });
  const none = await desk.conversations.list({ accountId, labels: ["other"] });
  const found = await desk.contacts.search({ accountId, q: "carla" });
  await desk.contacts.update({ accountId, id: found.payload[0].id, data: { phone_number: "+41446681800" } });
  const ended = await desk.conversations.toggleStatus({ accountId, conversationId, data: { status: "resolved" } });
  return { inbox, contact, begun, asked, answered, heard, labels, mine, none, found, ended };
}

async function refusals() {
  const stranger = new Client({ config: { basePath, token: "wrong" } });
  return {
    missing: await refusal(desk.conversations.get({ accountId, conversationId: 999 })),
    invalid: await refusal(desk.webhooks.create({ accountId, data: { url: "nowhere", subscriptions: ["message_created"] } })),
    unknown: await refusal(stranger.agents.list({ accountId })),
  };
}

console.log(JSON.stringify({ webhooks: await webhooks(), conversation: await conversation(), refusals: await refusals() }));
