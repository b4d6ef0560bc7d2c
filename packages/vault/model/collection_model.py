#!/usr/bin/env python3
"""Explicit-state model of the collection protocol (docs/collection.md).

Every step is one request, or one whole listing. Every interleaving is explored: stalls of any length, a crash of any
session at any step, several collectors at once (a stalled one looks exactly like a dead one), requests that arrive
after their sender gave them up, and requests that arrive twice. There are no clocks: a lease may "run out" at any time.

Slots are written pack.slot. One chunk lies in P0.a, which point B needs; where the scene has two, another lies in P0.b,
which point C needs. Retention may soft-delete any point at any time. Sessions are of a kind:
  backup    reuses a slot that its view offers (index or base), or uploads a pack of its own; commits a point
  undelete  brings B back: its session names B, it looks whether all is there, and takes the mark of B's deletion away
  restore   chooses an undeleted point and reads its pack until it ends
  rewrite   copies some slots of one pack into a pack of its own; commits a record of forwards, one for each of them

Invariants: (1) of every committed, undeleted point the slot exists, or one to which forwards lead; (2) the pack that a
restore reads exists, unless it was fenced, and there is one for each point that it may choose. A mutant switches one rule
off and must break an invariant; if it doesn't, the rule is superfluous.
"""
import sys
import time
from collections import deque, namedtuple
from itertools import product

S = namedtuple('S', 'packs index points deleted fwd ws sess keys cond lists outc done gcs late')
# ws: one (pc, view, use) per session: pc 0 idle, 1 registered, 2 one half of the view, 3 whole view, 4 pack stored,
#     5 ready (a restore: reading), 6 ended, 7 crashed, 8 committing without an answer
#     (a rewrite: 4 has copied, 5 has put its pack); fwd: forwards, pairs of slots
# cond: per cycle None or (condemned packs, points that were live at the mark); lists: per cycle None or the sessions that must
# end (nobody, as soon as there is an outcome: whoever goes by it finds that one); outc: per cycle None or released packs
# gcs: one (state, cycle, condemned, points, waits, released) per collector; late: requests still under way
RULES = dict(kinds=('backup', 'backup'), gcs=1, cycles=2, late=False,
             register_first=True, records_before_index=True, obey_records=True, keep_outcomes=True, garbage=False,
             base_in_records=True, settle_before_leaving=True, new_names=True, fence='cas',
             condemn_before_list=True, wait=True, remark=True, outcome_if_absent=True, condemn_if_absent=True,
             pin=True, undelete_obeys=True, restore_obeys=True, restore_registers=True, partial=None,
             points=('B',), by_slot=True, undelete_by_slot=True, gone_targets=False, keep_targets=True, refuse=True,
             forwards_last=True, obeying_forwards=True, packs_first=True, late_forward=False, rewrite_registers=True,
             rewrite_settles=True, forward_if_absent=True)
IDLE = ('idle', None, None, None, None, None)


def start(R):
    n = R['cycles']
    packs = frozenset(['P0', 'X'] if R['garbage'] else ['P0'])   # X: left by a session that crashed long ago
    points = frozenset(zip(R['points'], ('P0.a', 'P0.b')))
    return S(packs, frozenset(x for _, x in points), points, frozenset(), frozenset(), ((0, None, None),) * len(R['kinds']),
             frozenset(), frozenset(), (None,) * n, (None,) * n, (None,) * n, frozenset(), (IDLE,) * R['gcs'], frozenset())


def alive(s):
    return frozenset(x for x in s.points if x[0] not in s.deleted)


def pack(slot):
    return slot[:-2]


def copies(slot, fwd, by_slot=True):
    """Where forwards lead from a slot, one step on."""
    if by_slot: return sorted(to for at, to in fwd if at == slot)
    return sorted(to for at, to in fwd if pack(at) == pack(slot))   # a mutant that takes one slot of a pack for all


def places(slot, fwd, usable, by_slot=True):
    """The slots that a reader may take for this one: itself or, where its pack can't be used, copies."""
    if usable(pack(slot)): return [slot]
    return [place for to in copies(slot, fwd, by_slot) for place in places(to, fwd, usable)]


def gone(s):
    return frozenset().union(*(out for out in s.outc if out is not None))


def ways(slot, fwd, out, R):
    """The packs that a mark may count as needed for a slot: one for each choice among forwards; none when it must refuse."""
    usable = (lambda p: True) if R['gone_targets'] else (lambda p: p not in out)
    onward = [to for to in copies(slot, fwd, R['by_slot']) if places(to, fwd, usable)]
    if onward: return frozenset().union(*(ways(to, fwd, out, R) for to in onward)) if R['keep_targets'] else frozenset([None])
    if pack(slot) in out: return frozenset() if R['refuse'] and not R['gone_targets'] else frozenset([None])
    return frozenset([pack(slot)])


def marks(s, points, named, R):
    """Every answer that a mark may give: the packs that points need. What only an undelete names may be gone already."""
    answers = set()
    for fwd in subsets(s.fwd, R['partial'] == 'forwards'):
        choices = [ways(x, fwd, gone(s), R) for x in {x for _, x in points}]
        choices += [ways(x, fwd, gone(s), R) or frozenset([None]) for x in {x for _, x in named}]
        answers |= {frozenset(p) - {None} for p in product(*choices)}
    return sorted(answers, key=sorted)


def broken(s, R):
    exists = lambda p: p in s.packs
    if any(not places(x, s.fwd, exists) for _, x in alive(s)):
        return 'point'
    for i, kind in enumerate(R['kinds']):
        pc, _, use = s.ws[i]
        if kind == 'restore' and pc == 5 and use not in s.packs and (i, 'tomb') not in s.keys:
            return 'restore'
    return None


def put(t, i, v):
    return t[:i] + (v,) + t[i + 1:]


def records(s, R):
    """What a session takes from the collection records: packs to treat as absent, and which points every open record knows."""
    absent, known = set(), None
    for n, record in enumerate(s.cond):
        if record is None or (n in s.done and not R['keep_outcomes']):
            continue
        absent |= record[0] if s.outc[n] is None else s.outc[n]
        if s.outc[n] is None:
            known = record[1] if known is None else known & record[1]
    return frozenset(absent), known


def commit(s, i, use, R):
    """The store decides between commit and fence: whoever creates the key."""
    if any(k[0] == i for k in s.keys):
        return {}
    return dict(keys=s.keys | {(i, 'man')}, points=s.points | {(f'W{i}', use)}, index=s.index | {use})


def subsets(items, on):
    """A listing: all of it, or, in a mutant that takes broken listings for whole ones, all but one entry."""
    yield items
    if on:
        for x in sorted(items):
            yield items - {x}


def session_steps(s, R, i, add):
    kind, n = R['kinds'][i], f'{R["kinds"][i]}{i}'
    pc, view, use = s.ws[i]
    to = lambda *w: put(s.ws, i, w)
    mine = f'P{i + 1}' if R['new_names'] else 'P0'
    if kind == 'rewrite': return rewrite_steps(s, R, i, add)
    if pc in (1, 2, 3, 4, 5):
        add(f'{n}: crash', ws=to(7, None, None))
    registered = s.sess | {i} if kind != 'restore' or R['restore_registers'] else s.sess

    def first(pc_next, v):
        rec = records(s, R)
        if R['partial'] == 'records' and kind == 'backup':
            add(f'{n}: broken listing of records', ws=to(pc_next, (v or ()) + (('r', (frozenset(), None)),), None))
        add(f'{n}: read records', ws=to(pc_next, (v or ()) + (('r', rec if R['obey_records'] else (frozenset(), None)),), None))

    def second(pc_next, v):
        add(f'{n}: read index and points', ws=to(pc_next, (v or ()) + (('i', (s.index, alive(s))),), None))

    reads = [first, second] if R['records_before_index'] or kind != 'backup' else [second, first]
    if kind == 'backup' and not R['register_first']:
        if pc == 0: reads[0](1, None)
        if pc == 1: reads[1](2, view)
        if pc == 2: add(f'{n}: put session', ws=to(3, view, None), sess=registered)
    else:
        if pc == 0: add(f'{n}: put session', ws=to(1, None, None), sess=registered)
        if pc == 1 and kind == 'restore' and not R['forwards_last'] and view is None: add(f'{n}: read forwards', ws=to(1, (('f', s.fwd),), None))
        elif pc == 1: reads[0](2, view)
        if pc == 2 and kind == 'backup': reads[1](3, view)
    if kind == 'backup' and pc == 3:
        seen = dict(view)
        (absent, known), (index, live) = seen['r'], seen['i']
        bases = {p for x, p in live if known is None or x in known or not R['base_in_records']}
        choice = sorted({x for x in index if pack(x) not in absent} | bases)
        for x in choice: add(f'{n}: reuse {x}', ws=to(5, None, x))
        if not choice:
            add(f'{n}: put pack {mine}', ws=to(5, None, mine + '.a'), packs=s.packs | {mine})
            if R['late']: add(f'{n}: put pack {mine}, sent twice', ws=to(5, None, mine + '.a'), packs=s.packs | {mine}, late=s.late | {('pack', mine)})
    if kind == 'undelete' and pc == 2:
        absent = dict(view)['r'][0] if R['undelete_obeys'] else frozenset()
        whole = places('P0.a', s.fwd, lambda p: p not in absent and p in s.packs, R['undelete_by_slot'])
        if 'B' in s.deleted and whole: add(f'{n}: all of B is there', ws=to(5, None, 'P0.a'))
        else: add(f'{n}: refuses', ws=to(6, None, None), sess=s.sess - {i})
    if kind == 'restore' and pc == 2:
        absent, known = dict(view)['r']
        fwd = s.fwd if R['forwards_last'] else dict(view)['f']
        for x, at in sorted(alive(s)):
            found = places(at, fwd, lambda p: p not in absent or (p != pack(at) and not R['obeying_forwards']))
            if known is not None and x not in known and not found and R['restore_obeys']: continue
            for place in found or ['nowhere.']: add(f'{n}: reads {x} from {pack(place)}', ws=to(5, None, pack(place)))
    if pc == 5 and kind == 'restore':
        add(f'{n}: has read all', ws=to(6, None, None), sess=s.sess - {i})
    if pc == 5 and kind != 'restore':
        left = dict(ws=to(6, None, None), sess=s.sess - {i})
        if kind == 'undelete':
            add(f'{n}: take the mark of B away', deleted=s.deleted - {'B'}, **left)
            if R['late']: add(f'{n}: take the mark of B away, no answer', ws=to(8, None, use), late=s.late | {('unmark', i)})
        elif R['fence'] == 'check':
            if view is not None: add(f'{n}: commit without a condition', **{**commit(s._replace(keys=frozenset()), i, use, R), 'keys': s.keys | {(i, 'man')}, **left})
            elif (i, 'tomb') in s.keys: add(f'{n}: sees the fence', **left)
            else: add(f'{n}: sees no fence', ws=to(5, 'looked', use))
        else:
            add(f'{n}: commit' if not any(k[0] == i for k in s.keys) else f'{n}: commit lost to the fence', **{**commit(s, i, use, R), **left})
            if R['late']: add(f'{n}: commit, no answer', ws=to(8, None, use), late=s.late | {('commit', i, use)})
    if pc == 8 and kind == 'undelete':
        if not R['settle_before_leaving']: add(f'{n}: leaves', ws=to(6, None, None), sess=s.sess - {i})
    elif pc == 8: decided_steps(s, R, i, n, add)


def rewrite_steps(s, R, i, add):
    n, (pc, _, use) = f'rewrite{i}', s.ws[i]
    to = lambda *w: put(s.ws, i, w)
    mine = f'R{i}'
    forwards = frozenset((x, f'{mine}.{x[-1]}') for x in use or ())
    left = dict(ws=to(6, None, None), sess=s.sess - {i})
    if pc in (1, 4, 5): add(f'{n}: crash', ws=to(7, None, None))
    if pc == 0: add(f'{n}: put session', ws=to(1, None, None), sess=s.sess | {i} if R['rewrite_registers'] else s.sess)
    if pc == 1:   # that it leaves out what the records name saves work and isn't needed for safety
        written = s.index | {x for _, x in s.points}
        for p in sorted(s.packs):
            slots = sorted(x for x in written if pack(x) == p)
            for some in [slots[:1], slots[1:], slots]:
                if some: add(f'{n}: copies {some}', ws=to(4, None, frozenset(some)))
    if pc == (4 if R['packs_first'] else 5):
        end = dict(ws=to(5, None, use)) if R['packs_first'] else left
        stored = dict(packs=s.packs | {mine}, index=s.index | {x for _, x in forwards})
        add(f'{n}: put pack {mine} and its index', **stored, **end)
        if R['late']: add(f'{n}: put pack {mine} and its index, sent twice', **stored, late=s.late | {('pack', mine)}, **end)
    if pc == (5 if R['packs_first'] else 4):
        end = left if R['packs_first'] else dict(ws=to(5, None, use))
        add(f'{n}: commit {sorted(forwards)}', **{**end, **forward(s, i, forwards, R)})
        if R['late'] or R['late_forward']: add(f'{n}: commit, no answer', ws=to(8, None, None), late=s.late | {('forward', i, forwards)})
    if pc == 8: decided_steps(s, R, i, n, add)


def forward(s, i, forwards, R):
    """Like a commit of a point: whoever creates the key."""
    if any(k[0] == i for k in s.keys) and R['forward_if_absent']:
        return {}
    return dict(keys=s.keys | {(i, 'man')}, fwd=s.fwd | forwards)


def decided_steps(s, R, i, n, add):
    """A session leaves only when its key holds something."""
    left = dict(ws=put(s.ws, i, (6, None, None)), sess=s.sess - {i})
    if any(k[0] == i for k in s.keys): add(f'{n}: reads its key, leaves', **left)
    elif R['settle_before_leaving'] and (R['kinds'][i] != 'rewrite' or R['rewrite_settles']): add(f'{n}: gives itself up', keys=s.keys | {(i, 'tomb')}, **left)
    else: add(f'{n}: leaves', **left)


def collector_steps(s, R, g, add):
    st, n, C, pts, waits, rel = s.gcs[g]
    G = f'collector{g}'
    to = lambda *t: put(s.gcs, g, t)
    if st == 'idle':
        k = next((k for k in range(R['cycles']) if k not in s.done), None)
        if k is None: return
        if s.cond[k] is not None: add(f'{G}: adopt cycle {k}', gcs=to('open', k, *s.cond[k], None, None))
        else:
            for live in subsets(alive(s), R['partial'] == 'points'):
                names = frozenset(x for x, _ in live)
                state = 'marked' if R['condemn_before_list'] else 'early'
                for needed in marks(s, live, (), R):
                    dead = s.packs - needed
                    if dead: add(f'{G}: mark {sorted(dead)}', gcs=to(state, k, dead, names, None, None))
    if st == 'early': add(f'{G}: list sessions', gcs=to('marked', n, C, pts, s.sess, None))
    if st == 'marked':
        if s.cond[n] is not None and R['condemn_if_absent']: add(f'{G}: {n}.condemned exists, adopt', gcs=to('open', n, *s.cond[n], None, None))
        else:
            add(f'{G}: put {n}.condemned {sorted(C)}', cond=put(s.cond, n, (C, pts)), gcs=to('wait' if waits is not None else 'open', n, C, pts, waits, None))
            if R['late']: add(f'{G}: put {n}.condemned, no answer', late=s.late | {('condemned', n, C, pts)}, gcs=to(*IDLE))
    if st in ('open', 'listed') and s.lists[n] is not None: add(f'{G}: {n}.sessions exists, adopt', gcs=to('wait', n, C, pts, s.lists[n], None))
    elif st == 'open':
        for seen in subsets(s.sess, R['partial'] == 'sessions'):
            add(f'{G}: list sessions {sorted(seen)}', gcs=to('listed', n, C, pts, seen, None))
    elif st == 'listed': add(f'{G}: put {n}.sessions', lists=put(s.lists, n, waits), gcs=to('wait', n, C, pts, waits, None))
    if st == 'wait':
        pins = frozenset(i for i in waits if R['kinds'][i] == 'undelete' and R['pin'])   # neither waited for nor fenced
        left = [i for i in waits - pins if i in s.sess and (i, 'tomb') not in s.keys] if R['wait'] else []
        if not left: add(f'{G}: all of them ended', gcs=to('drained', n, C, pts, pins, None))
        for i in left:
            if R['fence'] == 'assume': add(f'{G}: takes session {i} for dead', gcs=to('wait', n, C, pts, waits - {i}, None))
            elif (i, 'man') not in s.keys: add(f'{G}: fence session {i}', keys=s.keys | {(i, 'tomb')})
            else: add(f'{G}: session {i} has committed', gcs=to('wait', n, C, pts, waits - {i}, None))
    if st == 'drained':
        for live in subsets(alive(s), R['partial'] == 'points'):
            named = frozenset(x for x in s.points if x[0] == 'B' and waits)
            for needed in marks(s, live, named - live, R):
                out = C - needed if R['remark'] else C
                add(f'{G}: mark again, release {sorted(out)}', gcs=to('outcome', n, C, pts, None, out))
    if st == 'outcome':
        if s.outc[n] is not None and R['outcome_if_absent']: add(f'{G}: {n}.outcome exists, adopt', gcs=to('delete', n, C, pts, None, s.outc[n]))
        else:
            outc = s.outc if s.outc[n] is not None else put(s.outc, n, rel)
            add(f'{G}: put {n}.outcome {sorted(rel)}', outc=outc, lists=put(s.lists, n, frozenset()), gcs=to('delete', n, C, pts, None, rel))
            if R['late']: add(f'{G}: put {n}.outcome, no answer', late=s.late | {('outcome', n, rel)}, gcs=to(*IDLE))
    if st == 'delete':
        add(f'{G}: delete {sorted(rel)}', packs=s.packs - rel, gcs=to('close', n, C, pts, None, rel))
        if R['late']: add(f'{G}: delete {sorted(rel)}, sent twice', packs=s.packs - rel, gcs=to('close', n, C, pts, None, rel), late=s.late | {('delete', rel)})
    if st == 'close': add(f'{G}: put {n}.closed', done=s.done | {n}, gcs=to(*IDLE))


def late_steps(s, R, add):
    for r in sorted(s.late, key=str):
        rest = s.late - {r}
        if r[0] == 'commit': add(f'late commit of session {r[1]}', **{**commit(s, r[1], r[2], R), 'late': rest})
        if r[0] == 'unmark': add('late removal of the mark of B', deleted=s.deleted - {'B'}, late=rest)
        if r[0] == 'forward': add(f'late forwards of session {r[1]}', **{**forward(s, r[1], r[2], R), 'late': rest})
        if r[0] == 'pack': add(f'late put of {r[1]}', packs=s.packs | {r[1]}, late=rest)
        if r[0] == 'delete': add(f'late delete of {sorted(r[1])}', packs=s.packs - r[1], late=rest)
        if r[0] == 'condemned':
            free = s.cond[r[1]] is None or not R['condemn_if_absent']
            add(f'late {r[1]}.condemned', cond=put(s.cond, r[1], (r[2], r[3])) if free else s.cond, late=rest)
        if r[0] == 'outcome':
            add(f'late {r[1]}.outcome', outc=put(s.outc, r[1], r[2]) if s.outc[r[1]] is None else s.outc, late=rest)


def steps(s, R):
    out = []
    add = lambda label, **k: out.append((label, s._replace(**k)))
    for x, _ in sorted(alive(s)): add(f'retention: soft-delete {x}', deleted=s.deleted | {x})
    for i in range(len(R['kinds'])): session_steps(s, R, i, add)
    for g in range(R['gcs']): collector_steps(s, R, g, add)
    late_steps(s, R, add)
    return out


def check(name, expected, verbose, **changes):
    R, began = dict(RULES, **changes), time.monotonic()
    s0 = start(R)
    seen, queue, transitions = {s0: None}, deque([s0]), 0
    while queue:
        s = queue.popleft()
        what = broken(s, R)
        if what:
            trace, t = [], s
            while seen[t]:
                label, t = seen[t]
                trace.append(label)
            print(f'| {name} | **loses** a {what} after {len(trace)} steps | {len(seen):,} | |', flush=True)
            if verbose or expected == 'safe':
                for label in reversed(trace): print('    ', label)
            return expected == 'loses'
        for label, n in steps(s, R):
            transitions += 1
            if n not in seen:
                seen[n] = (label, s)
                queue.append(n)
    print(f'| {name} | safe, exhaustive | {len(seen):,} | {transitions:,} |', flush=True)
    if verbose: print(f'     {time.monotonic() - began:.1f} s', file=sys.stderr)
    return expected == 'safe'


B, U, T, W = 'backup', 'undelete', 'restore', 'rewrite'
BOTH = ('B', 'C')
SCENES = [
    ('quick', '2 backups, 1 collector, 2 cycles', {}),
    ('quick', '1 backup, 1 undelete, 1 collector, 2 cycles', dict(kinds=(B, U))),
    ('quick', '1 backup, 1 restore, 1 collector, 2 cycles', dict(kinds=(B, T))),
    ('quick', '1 undelete, 1 restore, 2 collectors, 1 cycle', dict(kinds=(U, T), gcs=2, cycles=1)),
    ('quick', '1 backup, 1 collector, 2 cycles; late and repeated requests', dict(kinds=(B,), late=True)),
    ('full', '1 backup, 1 rewrite, 1 collector, 2 cycles, two points', dict(kinds=(B, W), points=BOTH)),
    ('quick', '1 undelete, 1 rewrite, 1 collector, 2 cycles, two points', dict(kinds=(U, W), points=BOTH)),
    ('quick', '1 restore, 1 rewrite, 1 collector, 2 cycles, two points', dict(kinds=(T, W), points=BOTH)),
    ('full', '2 rewrites, 1 collector, 2 cycles, two points', dict(kinds=(W, W), points=BOTH)),
    ('full', '1 backup, 2 rewrites, 1 collector, 2 cycles', dict(kinds=(B, W, W))),
    ('full', '1 undelete, 2 rewrites, 1 collector, 2 cycles', dict(kinds=(U, W, W))),
    ('full', '1 restore, 2 rewrites, 1 collector, 2 cycles', dict(kinds=(T, W, W))),
    ('full', '1 backup, 1 undelete, 1 rewrite, 1 collector, 2 cycles', dict(kinds=(B, U, W))),
    ('full', '1 backup, 1 restore, 1 rewrite, 1 collector, 2 cycles', dict(kinds=(B, T, W))),
    ('full', '1 backup, 1 rewrite, 2 collectors, 1 cycle, two points', dict(kinds=(B, W), gcs=2, cycles=1, points=BOTH)),
    ('full', '1 backup, 1 rewrite, 2 collectors, 2 cycles', dict(kinds=(B, W), gcs=2)),
    ('full', '1 undelete, 1 rewrite, 2 collectors, 2 cycles', dict(kinds=(U, W), gcs=2)),
    ('full', '1 backup, 1 rewrite, 1 collector, 2 cycles; forwards arrive late', dict(kinds=(B, W), late_forward=True)),
    ('full', '1 undelete, 1 rewrite, 2 collectors, 1 cycle; forwards arrive late', dict(kinds=(U, W), late_forward=True, gcs=2, cycles=1)),
    ('full', '1 rewrite, 1 collector, 2 cycles; late and repeated requests', dict(kinds=(W,), late=True)),
    ('full', '2 backups, 2 collectors, 1 cycle', dict(gcs=2, cycles=1)),
    ('full', '2 backups, 2 collectors, 2 cycles', dict(gcs=2)),
    ('full', '3 backups, 1 collector, 1 cycle', dict(kinds=(B, B, B), cycles=1)),
    ('full', '1 backup, 1 undelete, 1 restore, 1 collector, 1 cycle, garbage from before', dict(kinds=(B, U, T), cycles=1, garbage=True)),
    ('full', '2 backups, 1 collector, 1 cycle; late and repeated requests', dict(late=True, cycles=1)),
    ('full', '1 undelete, 2 collectors, 1 cycle; late and repeated requests', dict(kinds=(U,), late=True, gcs=2, cycles=1)),
]
MUTANTS = [
    ('a session reads its view before it registers', dict(register_first=False)),
    ('a session reads the index before the records', dict(records_before_index=False)),
    ('a session ignores the records', dict(obey_records=False)),
    ('a session forgets the outcomes of closed cycles', dict(keep_outcomes=False)),
    ('a session grows from a base that an open record doesn’t know', dict(base_in_records=False)),
    ('a session leaves while its commit is under way', dict(kinds=(B,), late=True, settle_before_leaving=False)),
    ('a pack’s name is used again', dict(kinds=(B,), new_names=False, late=True)),
    ('the commit checks for a fence, then puts', dict(fence='check')),
    ('a session whose lease ran out is taken for dead', dict(fence='assume')),
    ('sessions are listed before the record is put', dict(condemn_before_list=False)),
    ('sessions are not waited for', dict(wait=False)),
    ('no second mark', dict(remark=False)),
    ('the outcome is each collector’s own', dict(outcome_if_absent=False, gcs=2, cycles=1)),
    ('a condemned record may be overwritten', dict(kinds=(B,), condemn_if_absent=False, garbage=True, gcs=2, cycles=1)),
    ('a point that a session brings back isn’t counted as needed', dict(kinds=(U,), pin=False)),
    ('undelete leaves while the removal of the mark is under way', dict(kinds=(U,), late=True, settle_before_leaving=False)),
    ('undelete ignores the records', dict(kinds=(U,), undelete_obeys=False)),
    ('a restore doesn’t register', dict(kinds=(T,), restore_registers=False)),
    ('a restore trusts a point that an open record doesn’t know', dict(kinds=(B, T), restore_obeys=False)),
    ('a broken listing of points counts as whole', dict(kinds=(), partial='points')),
    ('a broken listing of sessions counts as whole', dict(partial='sessions')),
    ('a broken listing of records counts as whole', dict(kinds=(B,), partial='records')),
    ('a forward counts for slots that it doesn’t name', dict(kinds=(W,), points=BOTH, by_slot=False)),
    ('a forward to a pack that is gone counts', dict(kinds=(B, W), points=BOTH, gone_targets=True)),
    ('a mark that goes by a forward doesn’t need its target', dict(kinds=(W,), keep_targets=False)),
    ('a mark passes over what nothing covers, and a listing of forwards breaks off', dict(kinds=(W,), refuse=False, partial='forwards')),
    ('a rewrite doesn’t register', dict(kinds=(U, W), rewrite_registers=False)),
    ('forwards are put without a condition', dict(kinds=(U, W), forward_if_absent=False)),
    ('a rewrite leaves while its commit is under way', dict(kinds=(U, W), late_forward=True, rewrite_settles=False)),
    ('forwards are put before their pack', dict(kinds=(W,), packs_first=False)),
    ('undelete takes a pack with a forward for copied whole', dict(kinds=(U, W), points=BOTH, undelete_by_slot=False)),
    ('a restore follows forwards into packs that the records name', dict(kinds=(T, W, W), cycles=1, obeying_forwards=False)),
    ('a restore reads the forwards before the records', dict(kinds=(T, W), forwards_last=False)),
]

if __name__ == '__main__':
    quick, verbose = '--quick' in sys.argv, '--trace' in sys.argv
    print('| scene or mutant | result | states | transitions |\n|---|---|---|---|')
    good = [check(name, 'safe', verbose, **c) for size, name, c in SCENES if size == 'quick' or not quick]
    good += [check(f'MUTANT {name}', 'loses', verbose, **c) for name, c in MUTANTS]
    if not all(good):
        sys.exit(f'{good.count(False)} of {len(good)} did not come out as they must')
