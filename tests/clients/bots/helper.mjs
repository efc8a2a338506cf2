// An agent bot as many are written for Chatwoot: it answers what it knows and hands the rest to people.
//
// What it reads and does stands for the habits of public bots: it believes `X-Chatwoot-Signature` over timestamp and raw body only; takes
// `message_created` with `message_type` "incoming" from a `sender.type` of "contact" while `conversation.status` is "pending"; answers by
// POST …/messages with `api_access_token`, hands over by toggle_status, and knows what it has handled by `X-Chatwoot-Delivery`.
import { createHmac, timingSafeEqual } from "node:crypto";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";

const { PORT, ADDRESS, BOT_TOKEN, BOT_SECRET, HANDLED, FALL_AT } = process.env;
const handled = new Set(existsSync(HANDLED) ? readFileSync(HANDLED, "utf8").split("\n") : []);

function believable(headers, body) {
  const expected = "sha256=" + createHmac("sha256", BOT_SECRET).update(`${headers["x-chatwoot-timestamp"]}.`).update(body).digest("hex");
  const given = String(headers["x-chatwoot-signature"]);
  return given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}

async function call(event, path, body) {
  const url = `${ADDRESS}/api/v1/accounts/${event.account.id}/conversations/${event.conversation.id}/${path}`;
  const answer = await fetch(url, {
    method: "POST",
    headers: { api_access_token: BOT_TOKEN, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}

function isForUs(event) {
  return (
    event.event === "message_created" &&
    event.message_type === "incoming" &&
    !event.private &&
    event.sender?.type === "contact" &&
    event.conversation.status === "pending"
  );
}

async function reply(event) {
  const question = event.content.toLowerCase();
  if (question.includes("human")) {
    await call(event, "messages", { content: `One moment, ${event.sender.name}.`, message_type: "outgoing" });
    await call(event, "messages", { content: "Asked for a person.", private: true });
    await call(event, "toggle_status", { status: "open" });
  } else if (question.includes("open")) {
    await call(event, "messages", { content: "From nine to five.", message_type: "outgoing" });
  } else {
    await call(event, "messages", { content: `I do not know "${event.content}".`, message_type: "outgoing" });
  }
}

async function take(headers, body) {
  if (!believable(headers, body)) return 401;
  const delivery = headers["x-chatwoot-delivery"];
  if (handled.has(delivery)) return 200;
  const event = JSON.parse(body);
  if (isForUs(event)) {
    await reply(event);
    handled.add(delivery);
    appendFileSync(HANDLED, delivery + "\n");
    if (FALL_AT && event.content.includes(FALL_AT)) process.exit(1); // as a crash would, before anybody heard of it
  }
  return 200;
}

createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  try {
    response.writeHead(await take(request.headers, Buffer.concat(chunks))).end();
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
}).listen(Number(PORT), "127.0.0.1");
