"""Runs calls of Trace Atlas as tasks on a Ray cluster.

Reads one line of JSON from standard input, and ends early when standard input ends. Writes a line of JSON to standard output for each
thing that happens: {"say": sentence}, {"failed": shard, "why": sentence}, and {"problem": sentence} when no task can run.
"""

import ctypes
import json
import os
import re
import signal
import subprocess
import sys
import threading

# Ray prints to standard output, too, and would come between the lines of the protocol.
protocol = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)


def report(**event):
    print(json.dumps(event), file=protocol, flush=True)


try:
    import ray
    from ray.exceptions import OutOfMemoryError, RayError, RuntimeEnvSetupError
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
except ImportError as error:
    report(problem=f"{sys.executable} can't import ray ({error}). Install it with: {sys.executable} -m pip install ray")
    sys.exit(0)

ATTEMPTS = 4
WRONG_CALL = 2
KEPT_CHARACTERS = 10000
PR_SET_PDEATHSIG = 1


def end_with_standard_input():
    """Whoever started this is gone: Ray then stops the tasks of this driver."""
    sys.stdin.read()
    os._exit(1)


def die_with_parent():
    """A worker that is killed takes the program with it: its task is started elsewhere."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@ray.remote(max_retries=0)
def run(program, words):
    """How the program ended. The folder of the task is a copy of the program."""
    node = ray.util.get_node_ip_address()
    try:
        ended = subprocess.run(
            [*program, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            preexec_fn=die_with_parent,
        )
    except OSError as error:
        said = f"{program[0]} can't be started on node {node} ({error.strerror}): install Node 20.19 or newer there"
        return {"status": WRONG_CALL, "said": said, "node": node}
    return {"status": ended.returncode, "said": ended.stderr[-KEPT_CHARACTERS:], "node": node}


class Call:
    """One call of the program: a task, or a half of one that ran out of memory."""

    def __init__(self, task, words, is_half=False):
        self.task = task
        self.words = words
        self.is_half = is_half
        self.attempt = 1
        self.failed_on = None

    def start(self, program, resources):
        options = dict(resources)
        other = other_node(self.failed_on)
        if other is not None:
            options["scheduling_strategy"] = NodeAffinitySchedulingStrategy(other, soft=True)
        return run.options(**options).remote(program, self.words)


def other_node(node):
    """Id of a node with another address or, if there is none, null: what fails on one node, for want of disk space, may work on another."""
    if node is None:
        return None
    ids = sorted(each["NodeID"] for each in ray.nodes() if each["Alive"] and each["NodeManagerAddress"] != node)
    return ids[0] if ids else None


def outcome_of(reference):
    """What became of a call: where it was done, or why not, where, whether for want of memory, and whether to try again."""
    try:
        ended = ray.get(reference)
    except RuntimeEnvSetupError:
        raise
    except OutOfMemoryError as error:
        return {"why": first_line(error), "node": None, "is_memory": True, "is_worth_another": False}
    except RayError as error:
        return {"why": first_line(error), "node": None, "is_memory": False, "is_worth_another": True}
    if ended["status"] == 0:
        return {"done_on": ended["node"]}
    killed = ended["status"] < 0
    why = last_line(ended["said"]) or (f"the program was killed by signal {-ended['status']}" if killed else f"exit status {ended['status']}")
    is_memory = re.search("out of memory", ended["said"], re.IGNORECASE) is not None
    is_worth_another = not is_memory and ended["status"] != WRONG_CALL
    return {"why": f"{why} (on node {ended['node']})", "node": ended["node"], "is_memory": is_memory, "is_worth_another": is_worth_another}


def last_line(said):
    """The sentence that the program ended with, or what it died of.

    Node prints its version after the stack of an error that nobody caught, and a stack after what it can't go on from.
    """
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    for line in lines:
        if line.startswith("FATAL ERROR: "):
            return line
    if lines and lines[-1].startswith("Node.js v"):
        lines = [line for line in lines if re.search(r"\bError\b", line)][:1] or lines
    return lines[-1] if lines else ""


def first_line(error):
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"


def run_all(tasks, program, resources):
    pending = {}
    halves_left = {}
    failed = set()

    def submit(call):
        pending[call.start(program, resources)] = call

    def give_up(call, why):
        if call.task["shard"] not in failed:
            failed.add(call.task["shard"])
            report(failed=call.task["shard"], why=why)

    for task in tasks:
        submit(Call(task, task["words"]))
    while pending:
        [ready], _ = ray.wait(list(pending), num_returns=1)
        call = pending.pop(ready)
        shard = call.task["shard"]
        outcome = outcome_of(ready)
        if "done_on" in outcome:
            halves_left[shard] = halves_left.get(shard, 1) - 1
            if halves_left[shard] == 0 and shard not in failed:
                report(say=f"Shard {shard} is computed on node {outcome['done_on']}.")
            continue
        why = outcome["why"]
        if outcome["is_worth_another"] and call.attempt < ATTEMPTS:
            report(say=f"Shard {shard} is started again: {why}")
            call.attempt += 1
            call.failed_on = outcome["node"]
            submit(call)
        elif outcome["is_memory"] and not call.is_half and call.task["halves"]:
            report(say=f"Shard {shard} is computed in two halves: {why}")
            halves_left[shard] = len(call.task["halves"])
            for words in call.task["halves"]:
                submit(Call(call.task, words, is_half=True))
        else:
            give_up(call, why)


def refuse_small_nodes(cpus, memory):
    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    if any(node.get("CPU", 0) >= cpus and node.get("memory", 0) >= memory for node in nodes):
        return
    found = ", ".join(f"{node.get('CPU', 0):g} CPUs and {node.get('memory', 0) / 1e9:.1f} GB" for node in nodes)
    raise ValueError(f"a task takes {cpus} CPUs and {memory / 1e9:.1f} GB, and the nodes have {found}; give less with --threads and --memory")


def main():
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=end_with_standard_input, daemon=True).start()
    environment = {"working_dir": request["folder"]}
    try:
        ray.init(address=request["address"], runtime_env=environment, log_to_driver=False, logging_level="error")
        report(say=f"Ray {ray.__version__} with {sum(node['Alive'] for node in ray.nodes())} nodes computes {len(request['tasks'])} shards.")
        refuse_small_nodes(request["cpus"], request["memory"])
        resources = {"num_cpus": request["cpus"], "memory": request["memory"]}
        run_all(request["tasks"], request["program"], resources)
    except Exception as error:
        where = request["address"] or "on this machine"
        report(problem=f"Ray {where} can't run the tasks: {first_line(error)}")


if __name__ == "__main__":
    main()
