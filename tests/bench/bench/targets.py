# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the figures say about the targets."""

from .audio import lost
from .history import PAGE_MS, SEARCH_MS, STORES
from .services import LINES


def get(results, *key):
    return results.facts.get(key if len(key) > 1 else key[0])


def get_busiest(results, name):
    """The figures at the most calls that came through whole: there a frame costs least."""
    runs = [figures for key, figures in results.facts.items()
            if isinstance(key, tuple) and key[0] == name and lost(figures) == 0]
    return max(runs, key=lambda figures: figures["calls"], default=None)


def get_whole(results, name, calls):
    """The figures at that many calls, if nothing was lost."""
    figures = get(results, name, calls)
    return figures if figures is not None and lost(figures) == 0 else None


def has_run(results, name):
    return any(isinstance(key, tuple) and key[0] == name for key in results.facts)


def compare(results, name, peer, share, calls=None):
    """@calls: both at this many; without, each at the most it was seen to carry."""
    if not has_run(results, "Offhook") or not has_run(results, peer):
        return
    own, other = ((get_whole(results, server, calls) if calls else get_busiest(results, server))
                  for server in ("Offhook", peer))
    if own is None or other is None:
        without = "Offhook" if own is None else peer
        results.target(name, False, f"not measured: no run of {without} came through whole")
        return
    ratio = own["server_us_per_frame"] / other["server_us_per_frame"]
    text = (f"{own['server_us_per_frame']:.1f} us at {own['calls']} calls / "
            f"{other['server_us_per_frame']:.1f} us at {other['calls']} = {ratio:.2f}")
    same = get(results, "Offhook", other["calls"])
    if same is not None and same is not own:
        same_ratio = same["server_us_per_frame"] / other["server_us_per_frame"]
        text += f" ({same_ratio:.2f} with both at {other['calls']})"
    results.target(name, ratio <= share, text)


def judge_engines(results):
    for line in LINES:
        answer = get(results, "engines", line)
        if answer is not None:
            results.target(f"an answer through three engines ({line}) within {answer['limit']} ms p99",
                           0 < answer["count"] and answer["p99"] < answer["limit"] and
                           answer["failed"] == 0, f"{answer['p99']:.1f} ms")
    soak = get(results, "soak")
    if soak is not None:
        results.target("long conversations: no growth, no socket more, no late turn",
                       soak["growth_kib"] < 1024 and soak["descriptors"] <= 0 and
                       soak["late"] + soak["failed"] == 0,
                       f"{soak['growth_kib']:+d} KiB, {soak['descriptors']:+d} descriptors after "
                       f"the second tenth, {soak['late']} late, {soak['failed']} failed")


def judge_store(results):
    runs = {key: value for key, value in results.facts.items()
            if isinstance(key, tuple) and key[0] == "store"}
    if runs:
        worst = max(runs, key=lambda key: runs[key]["moved"])
        results.target("writing turns does not move the audio's p99 by more than 5 ms",
                       runs[worst]["moved"] <= 5.0 and
                       all(run["lost"] == 0 for run in runs.values()),
                       f"{runs[worst]['moved']:+.1f} ms ({worst[1]}, {worst[2]})")


def judge_history(results):
    for store in STORES.values():
        for name, what, limit in (("page", "any page of 1,000,000 calls", PAGE_MS),
                                  ("search", "any search in them", SEARCH_MS)):
            worst = get(results, "history", name, store)
            if worst is not None:
                results.target(f"{what} within {limit} ms p99, {store}", worst["p99"] < limit,
                               f"{worst['p99']:.1f} ms ({worst['what']})")


def judge(results):
    compare(results, "CPU per frame at most half of Node's", "Node ws", 0.5)
    compare(results, "at most one seventh of FastAPI's", "FastAPI", 1 / 7)
    compare(results, "at most twice the socket floor", "raw TCP", 2.0, calls=500)
    best = get(results, "one media thread")
    if best is not None:
        results.target("2,000 calls on one media thread, nothing lost, p99 under 20 ms",
                       best >= 2000, f"{best} calls")
    memory = get(results, "turn engine and recording", 500)
    if memory is not None:
        results.target("memory per call under 100 KiB with VAD and recording on",
                       memory["rss_kib_per_call"] < 100 and memory["failed"] == 0,
                       f"{memory['rss_kib_per_call']:.0f} KiB")
    growth = get(results, "growth_kib")
    if growth is not None:
        failed = get(results, "churn_failed")
        results.target("10,000 calls leave no growth", growth < 1024 and failed == 0,
                       f"{growth:+d} KiB in the last 10,000, {failed} failed")
    low, high = get(results, "one media thread", 100), get(results, "one media thread", best or 0)
    if low is not None and high is not None:
        results.target("threads do not grow with the calls", high["threads"] <= low["threads"],
                       f"{low['threads']} at 100 calls, {high['threads']} at {best}")
    own = get(results, "own")
    if own is not None:
        limit = get(results, "barge_in_limit")
        barge_in = get(results, "barge_in")
        results.target("own share of the answer delay under 5 ms p99 at 500 talking calls",
                       0 < own["count"] and own["p99"] < 5.0,
                       f"{own['p99']:.1f} ms at the caller, {get(results, 'stored')['p99']:.1f} "
                       "ms in the daemon's own record")
        results.target(f"barge-in to silence under {limit} ms p99",
                       0 < barge_in["count"] and barge_in["p99"] < limit,
                       f"{barge_in['p99']:.1f} ms")
    moved = [get(results, "control", name)
             for name in ("GET /voice/calls", "POST /voice/calls/initiate")]
    if None not in moved:
        results.target("REST does not move the audio's p99 by more than 5 ms", max(moved) <= 5.0,
                       ", ".join(f"{value:+.1f} ms" for value in moved))
    judge_engines(results)
    judge_store(results)
    judge_history(results)
