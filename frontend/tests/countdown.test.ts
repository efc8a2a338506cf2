import { equal } from "node:assert/strict";
import { test } from "node:test";
import { left } from "../dashboard/countdown.ts";

test("what is left is told to the second, and never below nothing", () => {
  equal(left(86_399.9), "23 h 59 min 59 s");
  equal(left(2 * 86_400 + 5), "2 d 0 h 0 min 5 s");
  equal(left(60), "1 min 0 s");
  equal(left(0.4), "0 s");
  equal(left(-5), "0 s");
});
