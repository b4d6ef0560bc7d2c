"""Reads a Holdfast vault without Holdfast: written from docs/vault-format.md alone, in another language.

    pip install cryptography zstandard
    python3 holdfast_reader.py VAULT --recovery-key-file recovery.key list
    python3 holdfast_reader.py VAULT --recovery-key-file recovery.key restore POINT DISKKEY disk.raw

VAULT is a folder that holds the vault's objects as files (of a bucket: a copy, `aws s3 sync s3://bucket/prefix VAULT`).
Instead of a file, HOLDFAST_PASSPHRASE or HOLDFAST_RECOVERY_KEY may hold the secret; it is never an argument.
Nothing is written into the vault. The exit code is 0, 1 (it can't be done, or something is wrong) or 2 (no such command).
The sections (§) named beside the code are those of docs/vault-format.md.
"""
import argparse
import base64
import functools
import hashlib
import hmac
import json
import os
import struct
import sys
import unicodedata
from collections import namedtuple

import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PAGE, FAN_OUT, ZEROS = 4096, 256, 0xFFFF
DATA, METADATA = 1, 2
PACK_BYTES_MAX, CONTENT_BYTES_MAX = 128 << 20, 256 << 20
FORMLESS = (KeyError, TypeError, ValueError, IndexError, struct.error)  # of bytes that authenticate and yet aren't what they should be
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

PACK_HEADER, SLOT_HEADER = struct.Struct("<8s16s16sBBHI80s"), struct.Struct("<4sHBBII32s")
TABLE_ENTRY, TRAILER = struct.Struct("<II32s"), struct.Struct("<IIII8s")
NODE_HEADER, NODE_ENTRY = struct.Struct("<BBHHH"), struct.Struct("<HHHHII32s")
INDEX_PACK, INDEX_ENTRY = struct.Struct("<16sIB3s32sII"), struct.Struct("<32sIHHIIII")

class Refused(Exception):
    """Why a byte isn't given out. Absent, unreadable and altered are never mixed up."""

def refuse_unless(condition, what):
    if not condition: raise Refused(f"altered: {what}")

class Reference(namedtuple("Reference", "pack slot offset length id")):
    """Where a slot lies (§5), ids as bytes; `offset` and `length` span its header and its body."""
    def __str__(self):
        return f"slot {self.slot} of pack {self.pack.hex()}"

class Folder:
    """The objects of a vault as files: an object's key is the file's path."""
    def __init__(self, path):
        self.path = path

    def read(self, key, offset=0, length=None):
        try:
            with open(os.path.join(self.path, key), "rb") as file:
                file.seek(offset)
                found = file.read(-1 if length is None else length)
        except (FileNotFoundError, NotADirectoryError):
            raise Refused(f"absent: {key}") from None
        except OSError as error:
            raise Refused(f"unreadable: {key}: {error.strerror}") from None
        refuse_unless(length in (None, len(found)), f"{key} ends before byte {offset + (length or 0)}")
        return found

    def keys(self, prefix):
        def fail(error):
            raise Refused(f"unreadable: {prefix}: {error.strerror}")
        top = os.path.join(self.path, prefix)
        found = os.walk(top, onerror=fail) if os.path.isdir(top) else ()
        return sorted(os.path.relpath(os.path.join(folder, name), self.path) for folder, _, names in found for name in names)

def hkdf(key, salt, info):
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info.encode()).derive(key)

def unseal(key, nonce, sealed, associated, what):
    try:
        return AESGCM(key).decrypt(nonce, sealed, associated)
    except (InvalidTag, ValueError):
        raise Refused(f"altered: {what} does not authenticate") from None

def unpack_zstd(frame, bytes_max, what):
    try:
        size = zstandard.get_frame_parameters(frame).content_size
        refuse_unless(size in (zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR) or size <= bytes_max, f"{what} unpacks to {size} bytes")
        return zstandard.ZstdDecompressor().decompress(frame, max_output_size=max(1, bytes_max), allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise Refused(f"altered: {what} is not a zstd frame of at most {bytes_max} bytes: {error}") from None

def hpke_open(secret_key, sealed, info, associated, what):  # RFC 9180, base mode: X25519, HKDF-SHA-256, AES-256-GCM
    def extract(suite, salt, label, material):
        return hmac.digest(salt, b"HPKE-v1" + suite + label + material, "sha256")
    def expand(suite, key, label, about, length):
        return hmac.digest(key, struct.pack(">H", length) + b"HPKE-v1" + suite + label + about + b"\1", "sha256")[:length]
    kem, suite = b"KEM\0\x20", b"HPKE\0\x20\0\1\0\2"
    sender, receiver = X25519PublicKey.from_public_bytes(sealed[:32]), secret_key.public_key().public_bytes_raw()
    agreed = extract(kem, b"", b"eae_prk", secret_key.exchange(sender))
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    secret = extract(suite, expand(kem, agreed, b"shared_secret", sealed[:32] + receiver, 32), b"secret", b"")
    key, nonce = (expand(suite, secret, label, context, length) for label, length in ((b"key", 32), (b"base_nonce", 12)))
    return unseal(key, nonce, sealed[32:], associated, what)

def recovery_secret(text):  # §3
    letters = "".join(text.upper().replace("-", " ").split()).translate(str.maketrans("OIL", "011"))
    digits = [ALPHABET.find(letter) for letter in letters[3:]]
    if not letters.startswith("HF1") or len(digits) != 55 or min(digits) < 0:
        raise Refused("refused: this is not a recovery key: HF1- and 55 letters and digits")
    number = sum(digit << 5 * place for place, digit in enumerate(reversed(digits)))
    raw = (number >> 3).to_bytes(34, "big")
    if number & 7 or hashlib.sha256(raw[:32]).digest()[:2] != raw[32:]:
        raise Refused("refused: the recovery key has a typing error: its checksum is wrong")
    return raw[:32]

def key_encryption_key(kdf, kind, secret):  # §3
    salt = base64.b64decode(kdf["salt"], validate=True)
    if kind == "recovery" and kdf["name"] == "hkdf-sha256": return hkdf(recovery_secret(secret), salt, "holdfast/1/recovery")
    if kind == "passphrase" and (kdf["name"], kdf["version"]) == ("argon2id", 19):
        if kdf["memoryKiB"] > 4 << 20 or kdf["passes"] > 64 or kdf["parallelism"] > 64:
            raise Refused("refused: the key slot asks for more memory or time than any is made with")
        argon2 = Argon2id(salt=salt, length=32, iterations=kdf["passes"], lanes=kdf["parallelism"], memory_cost=kdf["memoryKiB"])
        return argon2.derive(unicodedata.normalize("NFC", secret).encode())
    raise Refused(f"refused: a key slot of kind {kind} with {kdf['name']} is not known to this reader")

class Vault:
    def __init__(self, folder, kind, secret):  # §2
        self.folder = folder
        exact = folder.read("vault.json")
        about = json.loads(exact)
        if about.get("magic") != "holdfast-vault" or about.get("format") != 1:
            raise Refused("refused: vault.json is not that of a Holdfast vault of format 1")
        needs = {about["idAlgorithm"], about["cipher"], about["compression"], *about["required"]}
        self.takes_movers = "write-only-movers" in needs  # §12
        if needs - {"write-only-movers"} != {"hmac-sha256", "aes-256-gcm", "zstd"}:
            raise Refused(f"refused: this reader does not know all that the vault needs: {needs}")
        self.id = bytes.fromhex(about["id"])
        self.segment_bytes = about["chunker"]["segmentBytes"]
        self.key_slots = []
        master = self._master_key(exact, kind, secret)
        names = ("chunk-id", "node-id", "data", "metadata", "point", "name", "pack-open")
        self.keys = {name: hkdf(master, self.id, f"holdfast/1/{name}") for name in names}  # §4

    def _master_key(self, exact, kind, secret):  # §3
        opened = []
        for key in self.folder.keys("keys"):
            try:
                slot = json.loads(self.folder.read(key))
                refuse_unless(slot["magic"] == "holdfast-key" and f"keys/{slot['id']}" == key, f"{key} is not the key slot of its name")
                foreign = slot.get("vault", self.id.hex()) != self.id.hex()
                if foreign or slot["kind"] != kind:
                    self.key_slots.append((key, f"{slot['kind']}: not tried, {'of another vault' if foreign else 'no secret of its kind was given'}"))
                    continue
                associated = b"holdfast/1/key" + self.id + bytes.fromhex(slot["id"])
                kek = key_encryption_key(slot["kdf"], kind, secret)
                nonce, wrapped = (base64.b64decode(slot[field], validate=True) for field in ("nonce", "wrapped"))
                try:
                    opened.append(unseal(kek, nonce, wrapped, associated, key))
                    self.key_slots.append((key, f"{kind}: opens"))
                except Refused:
                    self.key_slots.append((key, f"{kind}: does not open; it was made for another {kind}, or altered"))
            except (Refused, *FORMLESS) as why:
                self.key_slots.append((key, str(why) if isinstance(why, Refused) else f"altered: not a key slot: {why!r}"))
        if not opened: raise Refused("\n  ".join([f"refused: no key slot opens with this {kind}", *map(": ".join, self.key_slots)]))
        for plain in opened:
            refuse_unless(plain == opened[0][:32] + hashlib.sha256(exact).digest(), "vault.json is not the one that the keys were made for")
        return opened[0][:32]

    def sealed(self, key, *magics):  # §10: magic and content of a sealed object
        blob = self.folder.read(key)
        blob = blob[:-80] if self.takes_movers else blob  # a signature, which reading doesn't need: §12
        magic = blob[:8]
        refuse_unless(len(blob) >= 36 and magic.decode("latin-1") in magics, f"{key} does not begin with {' or '.join(magics)}")
        session = key.rsplit("/", 1)[1].removeprefix("repair-")[:32]
        salt = hashlib.sha256(key.encode()).digest()[:16] if key.startswith("gc/") else bytes.fromhex(session)
        root = self.keys["metadata" if magic == b"HFINDEX1" else "point"]
        frame = unseal(hkdf(root, salt, magic.decode()), blob[8:20], blob[20:], magic + self.id + key.encode(), key)
        return magic.decode(), unpack_zstd(frame, CONTENT_BYTES_MAX, key)

    def point_ids(self):  # §7
        return [key.removeprefix("points/") for key in self.folder.keys("points")]

    def manifest(self, point):
        """The content of a point, or None if its session was fenced (a tombstone lies there)."""
        magic, content = self.sealed(f"points/{point}", "HFPOINT1", "HFFENCE1")
        return json.loads(content) if magic == "HFPOINT1" else None

    def is_deleted(self, point):
        return os.path.exists(os.path.join(self.folder.path, "deleted", point))

    def find(self, wanted):  # a point by its id, or by the beginning of the part behind the stroke
        found = [point for point in self.point_ids() if wanted == point or point.split("/")[1].startswith(wanted)]
        if len(found) != 1: raise Refused(f"{'refused' if found else 'absent'}: {len(found)} points are called {wanted}")
        manifest = self.manifest(found[0])
        if manifest is None or self.is_deleted(found[0]):
            raise Refused(f"absent: {found[0]} is out of use: it was deleted, or its session was given up")
        return found[0], manifest

    @functools.cache
    def pack_key(self, kind, pack):  # §5
        header = self.folder.read(f"data/{pack.hex()[:2]}/{pack.hex()}", 0, PACK_HEADER.size) if kind == DATA and self.takes_movers else bytes(128)
        magic, *ids_and_kind, wrap, _, epoch, wrapped = PACK_HEADER.unpack(header)
        if wrap == 1:  # §12
            refuse_unless((magic, *ids_and_kind) == (b"HFPACK01", self.id, pack, kind), f"the header of pack {pack.hex()}")
            pair = X25519PrivateKey.from_private_bytes(hkdf(self.keys["pack-open"], self.id, f"holdfast/1/pack-open/{epoch}"))
            return hpke_open(pair, wrapped, b"holdfast/1/pack-wrap", header[:48], f"the wrapped key of pack {pack.hex()}")
        return hkdf(self.keys["data" if kind == DATA else "metadata"], pack, "holdfast/1/pack")

    def open_slot(self, kind, pack, number, blob, expected_id=None):
        """The plain bytes of one slot, authenticated and with their id recomputed. `blob`: header and body."""
        what = f"slot {number} of pack {pack.hex()}"
        magic, slot, codec, _, plain_length, body_length, slot_id = SLOT_HEADER.unpack_from(blob)
        refuse_unless(magic == b"SLOT" and slot == number and body_length == len(blob) - SLOT_HEADER.size, f"the header of {what}")
        plain = unseal(self.pack_key(kind, pack), struct.pack("<I8x", number), blob[SLOT_HEADER.size :], blob[: SLOT_HEADER.size], what)
        refuse_unless(codec in (0, 1), f"{what} has the unknown codec {codec}")
        plain = unpack_zstd(plain, plain_length, what) if codec == 1 else plain
        real_id = hmac.digest(self.keys["chunk-id" if kind == DATA else "node-id"], plain, "sha256")
        refuse_unless(len(plain) == plain_length and real_id == slot_id, f"{what} holds something else than its header says")
        refuse_unless(expected_id in (None, real_id), f"{what} is not what its reference names")
        return plain

    @functools.cached_property
    def forwards(self):  # §9.3: by old pack and slot, where its copies lie
        found = {}
        for key in self.folder.keys("forwards"):
            magic, content = self.sealed(key, "HFFORWD1", "HFFENCE1")
            if magic == "HFFENCE1": continue
            _, targets, sources = struct.unpack_from("<III", content)
            at = 12 + INDEX_PACK.size * targets
            packs, slots = [pack for pack, *_ in INDEX_PACK.iter_unpack(content[12:at])], at + 24 * sources
            for pack, count in struct.iter_unpack("<16sI4x", content[at:slots]):
                for slot, new_slot, target, offset, length in struct.iter_unpack("<HHIII", content[slots : slots + 16 * count]):
                    found.setdefault((pack, slot), []).append((packs[target], new_slot, offset, length))
                slots += 16 * count
        return found

    def place(self, reference, is_there):
        """Where the slot is read: itself if its pack is there, or else a copy, if there is one."""
        if is_there(reference.pack): return reference
        copies = (self.place(Reference(*copy, reference.id), is_there) for copy in self.forwards.get(reference[:2], ()))
        return next((copy for copy in copies if is_there(copy.pack)), reference)

    def read_slot(self, kind, named):
        path = lambda pack: f"{'data' if kind == DATA else 'meta'}/{pack.hex()[:2]}/{pack.hex()}"
        reference = self.place(named, lambda pack: os.path.exists(os.path.join(self.folder.path, path(pack))))
        refuse_unless(SLOT_HEADER.size < reference.length <= PACK_BYTES_MAX, f"the reference to {reference}")
        blob = self.folder.read(path(reference.pack), reference.offset, reference.length)
        return self.open_slot(kind, reference.pack, reference.slot, blob, reference.id)

    def node(self, reference, level):  # §6
        """The entries of a node: (pages or child number, Reference, or None for zeros). Level 0 is a leaf."""
        plain = self.read_slot(METADATA, reference)
        kind, real_level, count, pack_count, _ = NODE_HEADER.unpack_from(plain)
        refuse_unless((kind, real_level) == ((1, 0) if level == 0 else (2, level)), f"{reference} is not a node of level {level}")
        entries = NODE_HEADER.size + 16 * pack_count
        refuse_unless(len(plain) == entries + NODE_ENTRY.size * count, f"{reference} has not the length of its entries")
        packs = [plain[at : at + 16] for at in range(NODE_HEADER.size, entries, 16)]
        result = []
        for number, pack, slot, _, offset, length, slot_id in NODE_ENTRY.iter_unpack(plain[entries:]):
            refuse_unless(pack < pack_count or (pack == ZEROS and level == 0), f"{reference} names a pack that it does not list")
            result.append((number, None if pack == ZEROS else Reference(packs[pack], slot, offset, length, slot_id)))
        return result

    def extents(self, disk_map, seen=None):
        """The disk in order: (offset, length, Reference or None for zeros); the last may reach beyond the end.
        With a set as `seen`, subtrees that are in it are left out, and those that were gone through to their end are added."""
        capacity, height = disk_map["capacity"], disk_map["height"]
        pages, segment_pages = -(-capacity // PAGE), self.segment_bytes // PAGE
        refuse_unless(height == next(h for h in range(9) if FAN_OUT**h * self.segment_bytes >= capacity), f"height {height} for {capacity} bytes")
        def subtree(reference, level, first):
            span = FAN_OUT**level * segment_pages
            inside = min(span, pages - first)
            if reference is None:
                yield first * PAGE, inside * PAGE, None
                return
            if seen is not None and (reference, level, inside) in seen: return
            entries = self.node(reference, level)
            if level == 0:
                at = first
                for count, chunk in entries:
                    yield at * PAGE, count * PAGE, chunk
                    at += count
                refuse_unless(at == first + inside, f"{reference} does not cover its segment")
            else:
                below = span // FAN_OUT
                present = dict(entries)
                numbers = range(-(-inside // below))
                in_order = sorted(present) == [number for number, _ in entries]
                refuse_unless(in_order and all(number in numbers for number in present), f"{reference} has children out of order or place")
                for number in numbers:
                    yield from subtree(present.get(number), level - 1, first + number * below)
            if seen is not None: seen.add((reference, level, inside))
        yield from subtree(to_reference(disk_map["root"]) if "root" in disk_map else None, height, 0)

def to_reference(written):  # as manifests write it, §6
    return Reference(bytes.fromhex(written["pack"]), written["slot"], written["offset"], written["length"], bytes.fromhex(written["id"]))

def restore(vault, wanted, disk_key, path):
    point, manifest = vault.find(wanted)
    disk_map = next((disk["map"] for disk in manifest["disks"] if disk["key"] == disk_key), None)
    if disk_map is None: raise Refused(f"absent: the point has no disk {disk_key}; `list` shows which it has")
    with open(path, "xb") as file:
        try:
            for offset, length, chunk in vault.extents(disk_map):
                if chunk is None:  # a file that was never written there reads as zeros
                    continue
                try:
                    plain = vault.read_slot(DATA, chunk)
                    refuse_unless(len(plain) == length, f"{chunk} has {len(plain)} bytes where the map has {length}")
                except Refused as why:
                    raise Refused(f"the disk can't be restored: {length} bytes from byte {offset}: {why}") from None
                file.seek(offset)
                file.write(plain)
            file.truncate(disk_map["capacity"])
        except BaseException:
            os.remove(path)
            raise
    print(f"{path}: disk {disk_key} of {point}, {disk_map['capacity']} bytes")

def list_points(vault):
    wrong = 0
    for point in vault.point_ids():
        try:
            manifest = vault.manifest(point)
            about = ["given up"]
            if manifest is not None:
                disks = [f"{disk['key']} ({disk['label']}, {disk['capacity']} bytes)" for disk in manifest["disks"]]
                deleted = ["deleted"] if vault.is_deleted(point) else []
                about = [manifest["takenAt"], f"{manifest['vm']['name']} no. {manifest['sequence']}", *deleted, "disks", ", ".join(disks)]
            print("  ".join([point, *about]))
        except Refused as why:
            wrong += 1
            print(f"{point}  {why}")
    return 1 if wrong else 0

class Check:
    """Reads every object of the vault whole, and compares what they say about each other. Memory: about 1 KiB a slot."""
    def __init__(self, vault):
        self.vault = vault
        self.problems = 0
        self.counts = dict.fromkeys(("points", "disks", "packs", "slots", "index segments", "sessions", "collection records"), 0)
        self.packs = {}  # by id, of those that are there: size, kind, SHA-256, number of slots
        self.lengths = {}  # by kind and reference: the plain length of a slot that opened
        self.seen, self.committed, self.condemned = set(), set(), set()

    def run(self):
        for key, what in self.vault.key_slots:
            print(f"{key}  {what}")
            self.problems += what.startswith("altered")
        steps = {"data": self.pack, "meta": self.pack, "gc": self.record, "points": self.point, "index": self.index, "sessions": self.record}
        for prefix, step in steps.items():
            for key in (key for key in self.vault.folder.keys(prefix) if not key.startswith("index/L")):  # §8.2: not needed
                self.attempt(key, step, key)
        print(f"{', '.join(f'{count} {name}' for name, count in self.counts.items())}; {self.problems} problems")
        return 1 if self.problems else 0

    def attempt(self, where, step, *arguments):
        """The result of a step, or None where it failed: then the failure has been told and counted."""
        try:
            return step(*arguments)
        except (Refused, *FORMLESS) as why:
            self.problems += 1
            print(f"{where}  {why if isinstance(why, Refused) else f'altered: it has not the form of its kind: {why!r}'}")
        return None

    def compare(self, where, same, what):
        self.attempt(where, refuse_unless, same, what)

    def pack(self, key):  # §5
        blob = self.vault.folder.read(key)
        kind, pack_id = DATA if key.startswith("data/") else METADATA, bytes.fromhex(key.rsplit("/", 1)[1])
        self.counts["packs"] += 1
        self.packs[pack_id] = None  # there, but nothing is known of it yet
        refuse_unless(key.split("/")[1] == pack_id.hex()[:2] and len(blob) <= PACK_BYTES_MAX, "the place or the size of the pack")
        magic, *ids_and_kind, wrap, _, epoch, _ = PACK_HEADER.unpack_from(blob)
        self.compare(key, (magic, *ids_and_kind) == (b"HFPACK01", self.vault.id, pack_id, kind), "the pack's header")
        self.compare(key, (wrap, epoch) == (0, 0) or (wrap == 1 and kind == DATA and self.vault.takes_movers), "how the pack's key is wrapped")
        walked, end = self.walk(blob)
        table = self.attempt(key, self.slot_table, blob, kind, pack_id, end)
        self.compare(key, table in (None, walked), "the slot table and the slot headers say different things")
        slots = table or walked
        for number, (offset, length, slot_id) in enumerate(slots):
            plain = self.attempt(key, self.vault.open_slot, kind, pack_id, number, blob[offset : offset + length], slot_id)
            if plain is not None: self.lengths[kind, Reference(pack_id, number, offset, length, slot_id)] = len(plain)
        self.counts["slots"] += len(slots)
        self.packs[pack_id] = (len(blob), kind, hashlib.sha256(blob).digest(), len(slots))

    def slot_table(self, blob, kind, pack_id, slots_end):
        at, length, count, _, magic = TRAILER.unpack_from(blob, len(blob) - TRAILER.size)
        refuse_unless(magic == b"HFPKEND1" and at + length + TRAILER.size == len(blob), "the pack's trailer")
        key = self.vault.pack_key(kind, pack_id)
        plain = unseal(key, b"\xff" * 4 + bytes(8), blob[at : at + length], blob[: PACK_HEADER.size], "the slot table")
        refuse_unless(len(plain) == 4 + TABLE_ENTRY.size * count and plain[:4] == struct.pack("<I", count), "the length of the slot table")
        self.compare(f"pack {pack_id.hex()}", slots_end == at, f"its slots end at byte {slots_end}, its slot table begins at {at}")
        return list(TABLE_ENTRY.iter_unpack(plain[4:]))

    def walk(self, blob):  # what the slots' own headers say, as the table does, and where the last ends
        slots, at = [], PACK_HEADER.size
        while blob[at : at + 6] == b"SLOT" + struct.pack("<H", len(slots)):
            *_, body_length, slot_id = SLOT_HEADER.unpack_from(blob, at)
            slots.append((at, SLOT_HEADER.size + body_length, slot_id))
            at += SLOT_HEADER.size + body_length
        return slots, at

    def plain_length(self, kind, named):
        """Of a slot that is there, whole, and the one that the reference names."""
        reference = self.vault.place(named, self.packs.__contains__)
        if reference.pack not in self.packs: raise Refused(f"absent: pack {reference.pack.hex()}")
        refuse_unless((kind, reference) in self.lengths, f"{reference} is damaged, or not what its reference names")
        return self.lengths[kind, reference]

    def point(self, key):  # §6, §7
        point = key.removeprefix("points/")
        manifest = self.vault.manifest(point)
        if manifest is None:
            print(f"{key}  given up: a tombstone")
            return
        self.counts["points"] += 1
        vm_id, session_id = point.split("/")
        self.committed.add(session_id)
        self.compare(key, (manifest["id"], manifest["vmId"], manifest["sessionId"]) == (point, vm_id, session_id), "this is another point")
        vm = f"{manifest['vm']['vcenter']}/{manifest['vm']['instanceUuid']}".lower().encode()
        self.compare(key, hmac.digest(self.vault.keys["name"], vm, "sha256").hex()[:32] == vm_id, "it lies in the folder of another VM")
        if self.vault.is_deleted(point):
            print(f"{key}  deleted: what it refers to need not be there")
            return
        for disk in manifest["disks"]:
            self.attempt(f"{key} disk {disk['key']}", self.disk, disk)
        for name, file in manifest["files"].items():
            self.attempt(f"{key} file {name}", self.plain_length, DATA if file.get("in") == "data" else METADATA, to_reference(file))

    def disk(self, disk):
        self.counts["disks"] += 1
        refuse_unless(disk["map"]["capacity"] == disk["capacity"], "the map has another capacity than the disk")
        for offset, length, chunk in self.vault.extents(disk["map"], self.seen):
            same = chunk is None or self.plain_length(DATA, chunk) == length
            refuse_unless(same, f"{chunk} has not the length of its place, byte {offset} of the disk")

    def index(self, key):  # §8
        self.counts["index segments"] += 1
        _, content = self.vault.sealed(key, "HFINDEX1")
        version, pack_count = struct.unpack_from("<II", content)
        entries = 8 + INDEX_PACK.size * pack_count
        (count,) = struct.unpack_from("<I", content, entries)
        refuse_unless(version == 1 and len(content) == entries + 4 + INDEX_ENTRY.size * count, "the version or the length of the segment")
        if not key.startswith("index/repair-") and key.removeprefix("index/").split("-")[0] not in self.committed:
            print(f"{key}  not in use: its session has no point")
        packs = [pack_id for pack_id, *_ in INDEX_PACK.iter_unpack(content[8:entries])]
        for pack_id, size, kind, _, sha256, slot_count, _ in INDEX_PACK.iter_unpack(content[8:entries]):
            same = self.packs.get(pack_id) == (size, kind, sha256, slot_count) or (pack_id in self.condemned and pack_id not in self.packs)
            self.compare(key, same, f"pack {pack_id.hex()} is not there, or not as the segment describes it")
        named = []
        for chunk_id, pack, slot, _, offset, length, plain_length, _ in INDEX_ENTRY.iter_unpack(content[entries + 4 :]):
            named.append(chunk_id)
            if packs[pack] in self.packs:
                found = self.attempt(key, self.plain_length, DATA, Reference(packs[pack], slot, offset, length, chunk_id))
                self.compare(key, found in (None, plain_length), f"slot {slot} has another plain length")
        self.compare(key, named == sorted(set(named)), "the entries are out of order")

    def record(self, key):  # §9
        kind, magic = ("sessions", "HFSESSN1") if key.startswith("sessions/") else ("collection records", "HFCONDM1")
        self.counts[kind] += 1
        if kind == "sessions" or key.endswith(".condemned"):
            self.condemned.update(map(bytes.fromhex, json.loads(self.vault.sealed(key, magic)[1]).get("packs", [])))

def read_secret(options):
    for kind, path in (("passphrase", options.passphrase_file), ("recovery", options.recovery_key_file)):
        if path is not None:
            with open(path, encoding="utf-8") as file:
                return kind, file.read().removesuffix("\n").removesuffix("\r")
    for kind, variable in (("passphrase", "HOLDFAST_PASSPHRASE"), ("recovery", "HOLDFAST_RECOVERY_KEY")):
        if os.environ.get(variable): return kind, os.environ[variable]
    raise Refused("refused: no secret: give --passphrase-file, --recovery-key-file, HOLDFAST_PASSPHRASE or HOLDFAST_RECOVERY_KEY")

def main():
    parser = argparse.ArgumentParser(description="Reads a Holdfast vault (format 1) without Holdfast.")
    parser.add_argument("vault", help="the folder with the vault's objects")
    parser.add_argument("--passphrase-file")
    parser.add_argument("--recovery-key-file")
    parser.add_argument("command", nargs="+", help="list | show POINT | restore POINT DISKKEY FILE | check")
    options = parser.parse_args()
    try:
        vault = Vault(Folder(options.vault), *read_secret(options))
        match options.command:
            case ["list"]: return list_points(vault)
            case ["show", point]: print(json.dumps(vault.find(point)[1], indent=2))
            case ["restore", point, disk_key, file]: restore(vault, point, int(disk_key), file)
            case ["check"]: return Check(vault).run()
            case _: parser.error(f"not a command of this reader: {' '.join(options.command)}")
        return 0
    except (Refused, OSError, *FORMLESS) as why:
        formless = not isinstance(why, (Refused, OSError))
        print(f"error: {f'something in the vault has not the form of its kind: {why!r}' if formless else why}", file=sys.stderr)
    return 1

if __name__ == "__main__":
    sys.exit(main())
