import { equal, match } from "node:assert/strict";
import { test } from "node:test";
import { objection } from "../dashboard/pictures.ts";

const TYPES = "image/gif,image/png";

test("a picture is refused before it is sent for its kind, for having nothing in it, and for its size", () => {
  equal(objection({ name: "cat.png", type: "image/png", size: 1024 }, TYPES, 1024), "");
  match(objection({ name: "cat.svg", type: "image/svg+xml", size: 1 }, TYPES, 1024), /cat.svg is not a picture/);
  match(objection({ name: "cat", type: "", size: 1 }, TYPES, 1024), /not a picture/);
  match(objection({ name: "cat.png", type: "image/png", size: 0 }, TYPES, 1024), /is empty/);
  match(objection({ name: "cat.png", type: "image/png", size: 1025 }, TYPES, 1024), /larger than 1 kB/);
});
