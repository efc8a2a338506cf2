"""Verifying what arrives, in five languages, ready to be pasted: each carries the target's own secret, and needs nothing but its language.

(Python's ed25519 comes from the `cryptography` package.) Each defines a function that answers whether a body, as it came, is ours
and no older than five minutes.
"""

from msgspec import Struct

from deskbell.delivery.signing import public_key
from deskbell.model.webhook import Target


class Snippet(Struct, frozen=True):
    """One language's. `highlight` names it for people."""

    id: str
    language: str
    code: str


LANGUAGES = {"python": "Python", "javascript": "JavaScript", "php": "PHP", "ruby": "Ruby", "go": "Go"}

_PYTHON_HMAC = """import base64, hashlib, hmac, time

SECRET = "{secret}"


def verify(body: bytes, headers) -> bool:
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    stamp = headers["webhook-timestamp"]
    signed = f"{headers['webhook-id']}.{stamp}.".encode() + body
    digest = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    given = [one.removeprefix("v1,") for one in headers["webhook-signature"].split() if one.startswith("v1,")]
    return abs(time.time() - int(stamp)) < 300 and any(hmac.compare_digest(digest, one) for one in given)
"""
_PYTHON_ED25519 = """import base64, time

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # pip install cryptography

PUBLIC_KEY = "{secret}"


def verify(body: bytes, headers) -> bool:
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(PUBLIC_KEY.removeprefix("whpk_")))
    stamp = headers["webhook-timestamp"]
    signed = f"{headers['webhook-id']}.{stamp}.".encode() + body
    if abs(time.time() - int(stamp)) >= 300:
        return False
    for one in headers["webhook-signature"].split():
        try:
            key.verify(base64.b64decode(one.removeprefix("v1a,")), signed)
            return True
        except (InvalidSignature, ValueError):
            pass
    return False
"""
_PYTHON_CHATWOOT = """import hashlib, hmac, time

SECRET = "{secret}"


def verify(body: bytes, headers) -> bool:
    stamp = headers["X-Chatwoot-Timestamp"]
    signed = f"{stamp}.".encode() + body
    digest = "sha256=" + hmac.new(SECRET.encode(), signed, hashlib.sha256).hexdigest()
    fresh = abs(time.time() - int(stamp)) < 300
    return fresh and hmac.compare_digest(digest, headers["X-Chatwoot-Signature"])
"""
_NODE_HMAC = """const crypto = require("node:crypto");

const SECRET = "{secret}";

// body: the Buffer as it came; headers: as Node has them, in small letters
function verify(body, headers) {
  const key = Buffer.from(SECRET.replace("whsec_", ""), "base64");
  const stamp = headers["webhook-timestamp"];
  const signed = Buffer.concat([Buffer.from(`${headers["webhook-id"]}.${stamp}.`), body]);
  const digest = crypto.createHmac("sha256", key).update(signed).digest();
  if (Math.abs(Date.now() / 1000 - Number(stamp)) >= 300) return false;
  return headers["webhook-signature"].split(" ").some((one) => {
    const given = one.startsWith("v1,") ? Buffer.from(one.slice(3), "base64") : Buffer.alloc(0);
    return given.length === digest.length && crypto.timingSafeEqual(given, digest);
  });
}
"""
_NODE_ED25519 = """const crypto = require("node:crypto");

const PUBLIC_KEY = "{secret}";

// body: the Buffer as it came; headers: as Node has them, in small letters
function verify(body, headers) {
  const raw = Buffer.from(PUBLIC_KEY.replace("whpk_", ""), "base64");
  const der = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), raw]);
  const key = crypto.createPublicKey({ key: der, format: "der", type: "spki" });
  const stamp = headers["webhook-timestamp"];
  const signed = Buffer.concat([Buffer.from(`${headers["webhook-id"]}.${stamp}.`), body]);
  if (Math.abs(Date.now() / 1000 - Number(stamp)) >= 300) return false;
  return headers["webhook-signature"].split(" ").some(
    (one) => one.startsWith("v1a,") && crypto.verify(null, signed, key, Buffer.from(one.slice(4), "base64")),
  );
}
"""
_NODE_CHATWOOT = """const crypto = require("node:crypto");

const SECRET = "{secret}";

// body: the Buffer as it came; headers: as Node has them, in small letters
function verify(body, headers) {
  const stamp = headers["x-chatwoot-timestamp"];
  const signed = Buffer.concat([Buffer.from(`${stamp}.`), body]);
  const digest = Buffer.from("sha256=" + crypto.createHmac("sha256", SECRET).update(signed).digest("hex"));
  const given = Buffer.from(headers["x-chatwoot-signature"]);
  const fresh = Math.abs(Date.now() / 1000 - Number(stamp)) < 300;
  return fresh && given.length === digest.length && crypto.timingSafeEqual(given, digest);
}
"""
_PHP_HMAC = """<?php
const SECRET = '{secret}';

// $body = file_get_contents('php://input'); $headers: names in small letters
function verify(string $body, array $headers): bool {
    $key = base64_decode(str_replace('whsec_', '', SECRET));
    $stamp = $headers['webhook-timestamp'];
    $signed = $headers['webhook-id'] . '.' . $stamp . '.' . $body;
    $digest = 'v1,' . base64_encode(hash_hmac('sha256', $signed, $key, true));
    if (abs(time() - (int) $stamp) >= 300) return false;
    foreach (explode(' ', $headers['webhook-signature']) as $given) {
        if (hash_equals($digest, $given)) return true;
    }
    return false;
}
"""
_PHP_ED25519 = """<?php
const PUBLIC_KEY = '{secret}';

// $body = file_get_contents('php://input'); $headers: names in small letters
function verify(string $body, array $headers): bool {
    $key = base64_decode(str_replace('whpk_', '', PUBLIC_KEY));
    $stamp = $headers['webhook-timestamp'];
    $signed = $headers['webhook-id'] . '.' . $stamp . '.' . $body;
    if (abs(time() - (int) $stamp) >= 300) return false;
    foreach (explode(' ', $headers['webhook-signature']) as $given) {
        if (!str_starts_with($given, 'v1a,')) continue;
        $raw = (string) base64_decode(substr($given, 4));
        if (strlen($raw) === 64 && sodium_crypto_sign_verify_detached($raw, $signed, $key)) return true;
    }
    return false;
}
"""
_PHP_CHATWOOT = """<?php
const SECRET = '{secret}';

// $body = file_get_contents('php://input'); $headers: names in small letters
function verify(string $body, array $headers): bool {
    $stamp = $headers['x-chatwoot-timestamp'];
    $digest = 'sha256=' . hash_hmac('sha256', $stamp . '.' . $body, SECRET);
    $fresh = abs(time() - (int) $stamp) < 300;
    return $fresh && hash_equals($digest, $headers['x-chatwoot-signature']);
}
"""
_RUBY_HMAC = """require "base64"
require "openssl"

SECRET = "{secret}"

# body: as it came; headers: names in small letters
def verify(body, headers)
  key = Base64.decode64(SECRET.delete_prefix("whsec_"))
  stamp = headers["webhook-timestamp"]
  signed = "#{headers["webhook-id"]}.#{stamp}.".b + body.b
  digest = "v1," + Base64.strict_encode64(OpenSSL::HMAC.digest("SHA256", key, signed))
  return false if (Time.now.to_i - stamp.to_i).abs >= 300
  headers["webhook-signature"].split.any? { |given| OpenSSL.secure_compare(digest, given) }
end
"""
_RUBY_ED25519 = """require "base64"
require "openssl"

PUBLIC_KEY = "{secret}"

# body: as it came; headers: names in small letters
def verify(body, headers)
  raw = Base64.decode64(PUBLIC_KEY.delete_prefix("whpk_"))
  key = OpenSSL::PKey.read(["302a300506032b6570032100"].pack("H*") + raw)
  stamp = headers["webhook-timestamp"]
  signed = "#{headers["webhook-id"]}.#{stamp}.".b + body.b
  return false if (Time.now.to_i - stamp.to_i).abs >= 300
  headers["webhook-signature"].split.any? do |given|
    given.start_with?("v1a,") && key.verify(nil, Base64.decode64(given.delete_prefix("v1a,")), signed)
  end
end
"""
_RUBY_CHATWOOT = """require "openssl"

SECRET = "{secret}"

# body: as it came; headers: names in small letters
def verify(body, headers)
  stamp = headers["x-chatwoot-timestamp"]
  digest = "sha256=" + OpenSSL::HMAC.hexdigest("SHA256", SECRET, "#{stamp}.".b + body.b)
  fresh = (Time.now.to_i - stamp.to_i).abs < 300
  fresh && OpenSSL.secure_compare(digest, headers["x-chatwoot-signature"])
end
"""
_GO_HMAC = """package bell

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const secret = "{secret}"

func Verify(body []byte, headers http.Header) bool {
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	stamp := headers.Get("webhook-timestamp")
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(headers.Get("webhook-id") + "." + stamp + "."))
	mac.Write(body)
	digest := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
	sent, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || time.Since(time.Unix(sent, 0)).Abs() >= 5*time.Minute {
		return false
	}
	for _, given := range strings.Fields(headers.Get("webhook-signature")) {
		if hmac.Equal([]byte(digest), []byte(given)) {
			return true
		}
	}
	return false
}
"""
_GO_ED25519 = """package bell

import (
	"crypto/ed25519"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const publicKey = "{secret}"

func Verify(body []byte, headers http.Header) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(publicKey, "whpk_"))
	stamp := headers.Get("webhook-timestamp")
	signed := append([]byte(headers.Get("webhook-id")+"."+stamp+"."), body...)
	sent, wrong := strconv.ParseInt(stamp, 10, 64)
	if err != nil || wrong != nil || time.Since(time.Unix(sent, 0)).Abs() >= 5*time.Minute {
		return false
	}
	for _, given := range strings.Fields(headers.Get("webhook-signature")) {
		raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(given, "v1a,"))
		if err == nil && ed25519.Verify(ed25519.PublicKey(key), signed, raw) {
			return true
		}
	}
	return false
}
"""
_GO_CHATWOOT = """package bell

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"
)

const secret = "{secret}"

func Verify(body []byte, headers http.Header) bool {
	stamp := headers.Get("X-Chatwoot-Timestamp")
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	digest := "sha256=" + hex.EncodeToString(mac.Sum(nil))
	sent, err := strconv.ParseInt(stamp, 10, 64)
	fresh := err == nil && time.Since(time.Unix(sent, 0)).Abs() < 5*time.Minute
	return fresh && hmac.Equal([]byte(digest), []byte(headers.Get("X-Chatwoot-Signature")))
}
"""
_CODE = {
    "hmac": (_PYTHON_HMAC, _NODE_HMAC, _PHP_HMAC, _RUBY_HMAC, _GO_HMAC),
    "ed25519": (_PYTHON_ED25519, _NODE_ED25519, _PHP_ED25519, _RUBY_ED25519, _GO_ED25519),
    "chatwoot": (_PYTHON_CHATWOOT, _NODE_CHATWOOT, _PHP_CHATWOOT, _RUBY_CHATWOOT, _GO_CHATWOOT),
}
"""By the way deliveries are signed. In the `chatwoot` format they carry Chatwoot's signature besides, where the secret is shared."""


def of(target: Target) -> list[Snippet]:
    """Each language's, for the way this target's deliveries are signed and for its secret."""
    way: str = target.signature
    if way == "hmac" and target.payload_format == "chatwoot":
        way = "chatwoot"
    secret = public_key(target.secret) or target.secret
    return [
        Snippet(name, words, code.replace("{secret}", secret))
        for (name, words), code in zip(LANGUAGES.items(), _CODE[way], strict=True)
    ]
