import "./browser.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "../dashboard/composer/drafts.ts";

/** A server that answers when it is told to, and in whatever order. */
function server(): { asked: string[]; answer: (place: number, status?: number) => Promise<void> } {
  const asked: string[] = [];
  const waiting: ((answer: Response) => void)[] = [];
  globalThis.fetch = ((_: string, { body }: { body: URLSearchParams }) => {
    asked.push(body.get("content")!);
    return new Promise<Response>((resolve) => waiting.push(resolve));
  }) as typeof fetch;
  return {
    asked,
    answer: async (place, status = 204) => {
      waiting[place]!(new Response(null, { status }));
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

function storage(): Map<string, string> {
  const kept = new Map<string, string>();
  const localStorage = { getItem: (name: string) => kept.get(name) ?? null, setItem: (name: string, text: string) => kept.set(name, text), removeItem: (name: string) => kept.delete(name) };
  Object.assign(globalThis, { localStorage });
  return kept;
}

test("a draft is saved after the one before it, so that the server ends with the last", async () => {
  storage();
  const { asked, answer } = server();
  const drafts = new Drafts("/1", "7", "token");
  drafts.write(false, "Half a thou");
  drafts.save();
  drafts.write(false, "Half a thought");
  drafts.save();
  drafts.write(false, "");
  drafts.save();
  assert.deepEqual(asked, ["Half a thou"]);
  await answer(0);
  assert.deepEqual(asked, ["Half a thou", ""]);
  await answer(1);
  assert.equal(drafts.kept(false), null, "the server has it");
});

test("who leaves the page waits for nothing", () => {
  storage();
  const { asked } = server();
  const drafts = new Drafts("/1", "7", "token");
  drafts.write(false, "Half a thou");
  drafts.save();
  drafts.write(false, "A whole thought");
  drafts.save(true);
  assert.deepEqual(asked, ["Half a thou", "A whole thought"]);
});

test("a draft that could not be saved stays in the browser", async () => {
  storage();
  const { asked, answer } = server();
  const drafts = new Drafts("/1", "7", "token");
  drafts.write(false, "Half a thou");
  drafts.save();
  await answer(0, 503);
  assert.equal(drafts.kept(false), "Half a thou");
  assert.deepEqual(asked, ["Half a thou"]);
});
