// A visitor's chat and an agent's dashboard listen by Rails' own client, as Chatwoot's do; what is said reaches those whom it concerns.
globalThis.addEventListener = () => {}; // the library looks at the page's visibility; here is no page
globalThis.removeEventListener = () => {};
globalThis.document = { visibilityState: "visible" };
const { createConsumer } = await import("@rails/actioncable");

const { ADDRESS, ACCOUNT_ID, USER_ID, TOKEN, INBOX_IDENTIFIER } = process.env;
const desk = `${ADDRESS}/api/v1/accounts/${ACCOUNT_ID}`;
const chat = `${ADDRESS}/public/api/v1/inboxes/${INBOX_IDENTIFIER}/contacts`;

async function ask(method, url, body, headers = {}) {
  const answer = await fetch(url, { method, headers: { "content-type": "application/json", ...headers }, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}
const asAgent = (path, body) => ask("POST", `${desk}${path}`, body, { api_access_token: TOKEN });

function listen(identity) {
  const consumer = createConsumer(`${ADDRESS.replace("http", "ws")}/cable`);
  const heard = [];
  const confirmed = new Promise((resolve, reject) => {
    consumer.subscriptions.create({ channel: "RoomChannel", ...identity }, {
      connected: resolve,
      rejected: () => reject(new Error("rejected")),
      received: ({ event, data }) => heard.push({ event, content: data.content, conversation: data.conversation_id }),
    });
  });
  return { consumer, heard, confirmed };
}

async function until(condition) {
  for (let turn = 0; turn < 300 && !condition(); turn++) await new Promise((resolve) => setTimeout(resolve, 50));
}

const contact = await ask("POST", chat, { identifier: "crm-1", name: "Carla" });
const { pubsub_token } = await ask("GET", `${ADDRESS}/api/v1/profile`, null, { api_access_token: TOKEN });
const visitor = listen({ pubsub_token: contact.pubsub_token });
const agent = listen({ pubsub_token, account_id: Number(ACCOUNT_ID), user_id: Number(USER_ID) });
await Promise.all([visitor.confirmed, agent.confirmed]);

const conversation = await ask("POST", `${chat}/${contact.source_id}/conversations`);
await ask("POST", `${chat}/${contact.source_id}/conversations/${conversation.id}/messages`, { content: "Where is my parcel?" });
await asAgent(`/conversations/${conversation.id}/messages`, { content: "She is in a hurry", private: true });
await asAgent(`/conversations/${conversation.id}/messages`, { content: "On its way" });
const told = ({ heard }) => heard.some((one) => one.event === "message.created" && one.content === "On its way");
await until(() => told(visitor) && told(agent));
visitor.consumer.disconnect();
agent.consumer.disconnect();
console.log(JSON.stringify({ conversation: conversation.id, visitor: visitor.heard, agent: agent.heard }));
process.exit();
