"""Commands of gdb for programs of async C: acc bt, acc next, acc tasks.

    gdb -x $(acc --print-gdb) PROGRAM

How a task leads to the functions that wait in it: docs/frames.md, "Links"; how all tasks are found: runtime/exec/tasks.c. Nothing of the
program is called, so that it works in core files too; structs and flags are read by the names that the debug information of libacc.a
gives them.
"""
import re

import gdb

MOST_PLACES = 50


# --- memory ---------------------------------------------------------------------------------------------------------------------

def type_of(name):
    """A struct of the runtime."""
    try:
        return gdb.lookup_type("struct " + name)
    except gdb.error:
        raise gdb.GdbError("acc: no debug information of 'struct %s': no program of acc, or a libacc.a that was built without -g" % name)


def at(address, name):
    """The struct at an address."""
    return gdb.Value(address).cast(type_of(name).pointer()).dereference()


def pointer_at(address):
    return int(at(address, "ac_node")["up"])


def flag(name):
    return int(gdb.parse_and_eval(name))


def address_of(name):
    """Of an object of the runtime; 0: it is not in the program."""
    symbol = gdb.lookup_global_symbol(name)
    try:
        return int(symbol.value().address) if symbol else 0
    except gdb.error:
        return 0


def text(value):
    return value.string(errors="replace") if int(value) else ""


def frame_of(task):
    """The address of a task's frame: that begins with the task's last member."""
    return int(at(task, "ac_task")["root"].address)


def executor_of(task):
    """It holds the link that the frame begins with."""
    root = next(field for field in type_of("ac_executor").fields() if field.name == "root")
    return pointer_at(frame_of(task)) - root.bitpos // 8


# --- functions that wait --------------------------------------------------------------------------------------------------------

class Link:
    """A struct ac_link: an await in the source."""
    known = {}

    def __init__(self, address):
        link = at(address, "ac_link")
        self.address = address
        self.resume = int(link["resume"])
        self.function, self.file = text(link["function"]) or "?", text(link["file"])
        self.line, self.point = int(link["line"]), int(link["point"])
        self.is_outside = bool(link["is_outside"])
        self.offset, self.children, self.caller = int(link["offset"]), int(link["children"]), int(link["caller"])

    @classmethod
    def at(cls, address):
        if address not in cls.known:
            cls.known[address] = cls(address)
        return cls.known[address]


class Place:
    """A function that waits or runs: its link, if it waits; its frame, 0 if that is not known; its struct ac_group, or 0."""

    def __init__(self, function, file, line, frame, link=None, group=0):
        self.function, self.file, self.line = function, file, line
        self.frame, self.link, self.group = frame, link, group
        self.is_start = bool(link and link.is_outside and not link.point)

    @classmethod
    def of(cls, link, frame):
        group = frame + link.children - 1 if link.children and frame else 0
        return cls(link.function, link.file, link.line, frame, link, group)

    def key(self):
        return (self.function, self.file, self.line, self.is_start)

    def __str__(self):
        where = " at %s:%d" % (self.file, self.line) if self.file else ""
        return ("started by " if self.is_start else "") + self.function + where


def place_of(node, task):
    """Who goes on when a node is done; None: the task has ended then. As ac__place_of in core/trace.h."""
    if node == frame_of(task):
        return None
    link = Link.at(pointer_at(node))
    done = node
    if link.is_outside:
        done = int(at(node - type_of("ac_outside").sizeof, "ac_outside")["parent"])
    elif not link.offset and not link.caller:
        done = 0
    return Place.of(link, done - link.offset if done else 0)


def place_around(place, task):
    """Who waits for that one in turn. As ac__place_around in core/trace.h."""
    if place.link.caller:
        caller = Link.at(place.link.caller)
        return Place.of(caller, place.frame - caller.offset if place.frame else 0)
    return place_of(place.frame, task) if place.frame else None


def places_from(node, task):
    places = []
    place = place_of(node, task)
    while place:
        places.append(place)
        place = place_around(place, task)
    return places


# --- functions that run -----------------------------------------------------------------------------------------------------------

class Activation:
    """An async function on the C stack: its task and frame, 0 if they are not known, and the C frame."""

    def __init__(self, c_frame, name, task, frame, point):
        self.c_frame, self.name = c_frame, name
        self.task, self.frame, self.point = task, frame, point

    def place(self):
        sal = self.c_frame.find_sal()
        file = sal.symtab.filename if sal.symtab else ""
        return Place(self.name, file, sal.line, self.frame, group=self.group())

    def struct_type(self):
        """Of its frame; None: it has none."""
        symbol = variables(self.c_frame).get("ac_self")
        return symbol.type.target() if symbol else None

    def is_fused(self):
        """Whether it is part of its caller's machine: its frame has no node."""
        struct = self.struct_type()
        return struct is not None and "node" not in struct

    def group(self):
        """Of the children that it has started; the member of the function's frame for them."""
        struct = self.struct_type()
        if struct is None or not self.frame:
            return 0
        try:
            return int(gdb.Value(self.frame).cast(struct.pointer())["children"].address)
        except gdb.error:
            return 0


def variables(c_frame):
    """The parameters and outermost locals of a C function, by name."""
    if not c_frame.function():
        return {}
    block = c_frame.block()
    while not block.function:
        block = block.superblock
    return {symbol.name: symbol for symbol in block if symbol.is_argument or symbol.is_variable}


def value_of(symbol, c_frame):
    """A pointer or number; 0: it is optimized out."""
    if not symbol:
        return 0
    try:
        value = symbol.value(c_frame)
        return 0 if value.is_optimized_out else int(value)
    except gdb.error:
        return 0


def shown_name(name):
    """An async function as the user has written it."""
    if name.endswith(".async"):
        name = name[:-len(".async")]
    if name.startswith("ac_machine_"):
        name = name[len("ac_machine_"):]
    return "main" if name == "ac_main" else name


def is_generated(c_frame, name, known):
    """Whether it only enters another one: NAME_outside, and NAME itself of a function that is written as ac_machine_NAME."""
    if "ac_self" in known and not known["ac_self"].is_argument:
        return False
    inner = c_frame.newer()
    callees = [name + "_outside", name + "_resume", "ac_machine_" + name]
    return name.endswith("_outside") or bool(inner and inner.name() in callees)


def activation_at(c_frame):
    """The async function that a C frame is of, or None."""
    known = variables(c_frame)
    if not all(name in known and known[name].is_argument for name in ("ac_frame", "ac_task", "ac_point")):
        return None
    name = shown_name(c_frame.function().name)
    if is_generated(c_frame, name, known):
        return None
    frame = value_of(known["ac_frame"], c_frame)
    return Activation(c_frame, name, value_of(known["ac_task"], c_frame), frame, value_of(known["ac_point"], c_frame))


def is_resumption(c_frame):
    """Whether it is of a function that resumes another one when a node is done: what is outside of it on the stack does not wait."""
    known = variables(c_frame)
    return any(name in known and known[name].is_argument for name in ("ac_done", "done"))


def chain_from(c_frame):
    """The async functions on the stack that wait for each other, from the first one at the C frame or outside of it, and whatever
    async function is outside of those, which has started their task."""
    chain = []
    while c_frame:
        activation = activation_at(c_frame)
        if activation and chain and activation.task != chain[0].task:
            return chain, activation
        if activation:
            chain.append(activation)
        elif chain and is_resumption(c_frame):
            return chain, None
        c_frame = c_frame.older()
    return chain, None


def places_of_chain(chain):
    """Those that run, and then those that wait for them."""
    places = [activation.place() for activation in chain]
    outermost = chain[-1]
    if outermost.point and outermost.frame and outermost.task:
        places += places_from(outermost.frame, outermost.task)
    return places


def frames_of_threads():
    """All C frames, of each thread from the innermost one."""
    selected = gdb.selected_thread()
    frame = gdb.selected_frame()
    try:
        for thread in gdb.selected_inferior().threads():
            thread.switch()
            c_frame = gdb.newest_frame()
            while c_frame:
                yield c_frame
                c_frame = c_frame.older()
    finally:
        selected.switch()
        frame.select()


# --- all tasks ------------------------------------------------------------------------------------------------------------------

def is_executor(address):
    """Whether it may be one: its run queue ends where it says."""
    try:
        return pointer_at(int(at(address, "ac_executor")["last"])) == 0
    except gdb.MemoryError:
        return False


class Stacks:
    """What the C stacks of all threads say: the executors, and where running tasks are."""

    def __init__(self):
        self.executors, self.running, self.starters = [], {}, {}
        for c_frame in frames_of_threads():
            activation = activation_at(c_frame)
            if activation and activation.task:
                self.add_executor(executor_of(activation.task))
                self.add_running(activation)
            self.add_executor(value_of(variables(c_frame).get("executor"), c_frame))

    def add_executor(self, address):
        if address and address not in self.executors and is_executor(address):
            self.executors.append(address)

    def add_running(self, activation):
        """The innermost chain of a task is the first that is seen."""
        if activation.task not in self.running:
            chain, starter = chain_from(activation.c_frame)
            self.running[activation.task] = places_of_chain(chain)
            self.starters[activation.task] = "started by %s" % starter.place() if starter else ""


QUEUES = {
    "leave_gate": "for a lock or a semaphore", "leave_barrier": "at a barrier", "leave_event": "for an event",
    "leave_notify": "for a notification", "leave_once": "for what is done once", "leave_senders": "to send to a channel",
    "leave_receivers": "to receive from a channel", "leave_subscribers": "for a broadcast",
}
POLLING = {1: "waiting to read", 2: "waiting to write", 3: "waiting to read or write"}


def function_at(address):
    function = gdb.block_for_pc(address).function if gdb.block_for_pc(address) else None
    return function.name if function else "?"


def joining_state(up):
    if up == address_of("ac__any_link"):
        return "waiting for an arm"
    return "waiting for children" if up == address_of("ac__join_all_link") else "waiting for a child"


class Task:
    """A task: what it does, where, and how it is related to another one (kin)."""

    def __init__(self, survey, address, kin):
        self.address, self.kin = address, kin
        self.task = at(address, "ac_task")
        self.flags, self.node = int(self.task["flags"]), int(self.task["node"])
        self.descriptor, self.places = None, []
        self.state = self.running_state(survey) or self.waiting_state()
        if self.has("CANCELLED"):
            self.state += ", cancelled"

    def has(self, name):
        return self.flags & flag("AC__" + name)

    def running_state(self, survey):
        """None: it waits."""
        if self.address in survey.running:
            self.places = survey.running[self.address]
            return "running"
        if not any(self.has(way) for way in ("SLEEPING", "POLLING", "STANDING", "JOINING", "WAITING")):
            if self.address not in survey.ready:
                return "running"
            self.places = places_from(self.node, self.address)
            return "ready"
        return None

    def waiting_state(self):
        self.places = places_from(self.node, self.address)
        if self.has("SLEEPING"):
            return "sleeping"
        if self.has("POLLING"):
            wait = at(self.node, "ac_fd_wait")
            self.descriptor = int(wait["fd"])
            events = int(wait["events"])
            return "waiting for a file" if events & 4 else POLLING.get(events & 3, "waiting for a descriptor")
        if self.has("STANDING"):
            return "waiting " + QUEUES.get(function_at(int(at(self.node, "ac_queue_frame")["cancel"])), "in a queue")
        if self.has("JOINING"):
            return joining_state(pointer_at(self.node))
        return "waiting in " + Link.at(pointer_at(self.node)).function

    def key(self):
        return (self.state, self.kin, tuple(place.key() for place in self.places))


class Survey:
    """All tasks of an executor."""

    def __init__(self, executor, stacks):
        self.executor, self.running = executor, stacks.running
        self.ready = set(listed(int(at(executor, "ac_executor")["first"]), "next"))
        self.tasks = []
        held, detached = self.list_of("held"), self.list_of("detached")
        self.seen = set(held + detached)
        self.search([(task, "") for task in held] + [(task, "detached") for task in detached])
        self.search([found for task, kin in stacks.starters.items() if self.is_own(task) for found in self.new([task], kin)])

    def is_own(self, task):
        return executor_of(task) == self.executor

    def list_of(self, name):
        return group_tasks(int(at(self.executor, "ac_executor")[name].address))

    def search(self, found):
        """Visits the tasks, and what their functions have started; not by recursion, since tasks may start each other."""
        found.reverse()
        while found:
            address, kin = found.pop()
            if int(at(address, "ac_task")["flags"]) & flag("AC__DONE"):
                continue
            task = Task(self, address, kin or awaited_by(address))
            self.tasks.append(task)
            found += reversed(list(self.started_by(task)))

    def started_by(self, task):
        """Children without a handle, and arms; those that have one are listed by the executor."""
        for n, place in enumerate(task.places):
            around = task.places[n + 1] if n + 1 < len(task.places) else None
            link = place.link.address if place.link else 0
            if link and link == address_of("ac__any_link"):
                yield from self.new(arms_of(place), "arm of %s" % around)
            elif link and link == address_of("ac__join_all_link"):
                group = int(at(place.frame, "ac_join_all_frame")["group"])
                yield from self.new(group_tasks(group), "child of %s" % (around.function if around else "?"))
            elif place.group:
                yield from self.new(group_tasks(place.group), "child of %s" % place.function)

    def new(self, tasks, kin):
        for task in tasks:
            if task not in self.seen:
                self.seen.add(task)
                yield task, kin


def listed(task, member):
    """A list of tasks, from its first one."""
    tasks = []
    while task:
        tasks.append(task)
        task = int(at(task, "ac_task")[member])
    return tasks


def group_tasks(group):
    """In the order in which they were started; a group has its latest task first."""
    return listed(int(at(group, "ac_group")["first"]), "sibling")[::-1]


def arms_of(place):
    any_frame = at(place.frame, "ac_any_frame")
    arms = [int(any_frame["arms"][n]) for n in range(int(any_frame["count"]))]
    return [arm for arm in arms if arm]


def joiner_of(address):
    """The task that waits for a task with a handle, and for an arm; 0: nobody does, or it has none."""
    task = at(address, "ac_task")
    joiner = int(task["joiner"]) if int(task["flags"]) & flag("AC__HELD") else 0
    return joiner if joiner and int(at(joiner, "ac_task")["flags"]) & flag("AC__JOINING") else 0


def places_of_joiner(joiner):
    """Who waits in it: not ac_await_any itself."""
    places = places_from(int(at(joiner, "ac_task")["node"]), joiner)
    is_any = places and places[0].link.address == address_of("ac__any_link")
    return places[1:] if is_any else places


def awaited_by(address):
    joiner = joiner_of(address)
    places = places_of_joiner(joiner) if joiner else []
    return "awaited by %s" % places[0] if places else ""


def fold(places):
    """Pairs of a place and how many times it stands there side by side."""
    folded = []
    for place in places:
        if folded and folded[-1][0].key() == place.key():
            folded[-1][1] += 1
        else:
            folded.append([place, 1])
    return folded


def print_places(places):
    folded = fold(places)
    for place, times in folded[:MOST_PLACES]:
        print("    %s%s" % (place, ", %d times" % times if times > 1 else ""))
    if len(folded) > MOST_PLACES:
        print("    ... and %d more" % sum(times for _, times in folded[MOST_PLACES:]))


def plural(count):
    return "%d task%s" % (count, "" if count == 1 else "s")


def descriptors_of(tasks):
    numbers = sorted(task.descriptor for task in tasks if task.descriptor is not None)
    if not numbers:
        return ""
    return ", descriptor %d" % numbers[0] if numbers[0] == numbers[-1] else ", descriptors %d to %d" % (numbers[0], numbers[-1])


def print_tasks(survey):
    """Those that do the same in the same place once, the most frequent first."""
    alike = {}
    for task in survey.tasks:
        alike.setdefault(task.key(), []).append(task)
    print("acc: %s, executor %#x" % (plural(len(survey.tasks)), survey.executor))
    for tasks in sorted(alike.values(), key=len, reverse=True):
        print("%s: %s%s" % (plural(len(tasks)), tasks[0].state, descriptors_of(tasks)))
        print_places(tasks[0].places)
        if tasks[0].kin:
            print("    " + tasks[0].kin)


# --- acc bt ---------------------------------------------------------------------------------------------------------------------

def chain_selected():
    type_of("ac_task")
    chain, starter = chain_from(gdb.selected_frame())
    if not chain:
        raise gdb.GdbError("acc: no async function with debug information is on this stack; 'acc tasks' lists those that wait")
    return chain, starter


def kin_by_search(task):
    """Of a task that nobody has a handle of: who has started it."""
    stacks = Stacks()
    for executor in stacks.executors:
        for found in Survey(executor, stacks).tasks:
            if found.address == task:
                return found.kin
    return ""


def print_numbered(places, number):
    for place, times in fold(places):
        print("#%-3d%s%s" % (number, place, ", %d times" % times if times > 1 else ""))
        number += times
    return number


def print_waiting(chain, starter):
    number = print_numbered(places_of_chain(chain), 0)
    outermost = chain[-1]
    if not outermost.task or (outermost.point and not outermost.frame):
        print("    (who waits for it is optimized out)")
    elif starter and not outermost.point:
        print("    started by %s" % starter.place())
    else:
        print_awaiting(outermost.task, number)


def print_awaiting(task, number):
    """The functions that await a task, and those that await theirs; at last what is known of the parent of the last task."""
    seen = {task}
    joiner = joiner_of(task)
    while joiner and joiner not in seen:
        print("    awaited by")
        number = print_numbered(places_of_joiner(joiner), number)
        seen.add(joiner)
        task, joiner = joiner, joiner_of(joiner)
    kin = "" if joiner else kin_by_search(task)
    if kin:
        print("    " + kin)


# --- acc next -------------------------------------------------------------------------------------------------------------------

def outermost_block(address):
    block = gdb.block_for_pc(address)
    while not block.function:
        block = block.superblock
    return block


def lines_of(function):
    """Of the table of lines, what belongs to a C function."""
    block = outermost_block(int(function.value().address))
    return [line for line in function.symtab.linetable() if block.start <= line.pc < block.end]


def blocks_of(function):
    """The blocks of a C function, by its lines: gdb leads from a block outwards only."""
    blocks = {}
    for line in lines_of(function):
        block = gdb.block_for_pc(line.pc)
        while block and (block.start, block.end) not in blocks:
            blocks[block.start, block.end] = block
            block = None if block.function else block.superblock
    return blocks.values()


def resumptions_of(function):
    """The addresses at which a function goes on behind its awaits."""
    labels = [symbol for block in blocks_of(function) for symbol in block
              if symbol.addr_class == gdb.SYMBOL_LOC_LABEL and symbol.name.startswith("__coro_resume_")]
    return {int(label.value()) for label in labels}


def line_at(address):
    return gdb.find_pc_line(address).line


def function_of(place):
    """The C function in which a place goes on, among those of the file of its link."""
    block = gdb.block_for_pc(place.link.resume)
    for scope in (block.static_block, block.global_block) if block else ():
        for symbol in scope:
            if symbol.is_function and shown_name(symbol.name) == place.function and resumptions_of(symbol):
                return symbol
    return None


class Caller:
    """Who goes on when a function has ended: a C function, and its task and frame; frame 0: it is not known yet."""

    def __init__(self, function, task, frame):
        self.function, self.task, self.frame = function, task, frame


def caller_of(chain):
    """Who waits for the innermost one; None: nobody that is known."""
    if len(chain) > 1:
        return Caller(chain[1].c_frame.function(), chain[1].task, chain[1].frame)
    task = chain[0].task
    if not chain[0].point or not chain[0].frame:
        return None
    places = places_from(chain[0].frame, task)
    if not places:
        task = joiner_of(task)
        places = places_of_joiner(task) if task else []
    function = function_of(places[0]) if places else None
    return Caller(function, task, places[0].frame) if function else None


class Trap(gdb.Breakpoint):
    """A breakpoint of this command alone. Its stop() says whether what it is for has come."""

    def __init__(self, address):
        super().__init__("*%#x" % address, internal=True)
        self.silent = True
        self.was_hit = False


class Line(Trap):
    """A line of the function, reached in the same C frame."""

    def __init__(self, address, c_frame):
        super().__init__(address)
        self.c_frame = c_frame

    def stop(self):
        self.was_hit = gdb.newest_frame() == self.c_frame
        return self.was_hit


class Resumption(Trap):
    """Where a function goes on, in this task, with this frame."""
    is_of_caller = False

    def __init__(self, address, task, frame):
        super().__init__(address)
        self.task_wanted, self.frame_wanted = task, frame

    def stop(self):
        found = activation_at(gdb.newest_frame())
        self.was_hit = found is not None and found.task == self.task_wanted and found.frame == self.frame_to_go_on()
        return self.was_hit

    def frame_to_go_on(self):
        return self.frame_wanted


class CallerResumption(Resumption):
    """The same of a caller; if it has had no frame yet, its frame is the one that the callee's leads to."""
    is_of_caller = True

    def __init__(self, address, caller, callee_frame):
        super().__init__(address, caller.task, caller.frame)
        self.callee_frame = callee_frame

    def frame_to_go_on(self):
        if self.frame_wanted:
            return self.frame_wanted
        place = place_of(self.callee_frame, self.task_wanted)
        return place.frame if place else 0


class Return(gdb.FinishBreakpoint):
    """Where a function returns. `word`: 0, it has ended; else it waits, and this is the frame that it has made if it was given none."""

    def __init__(self, c_frame):
        super().__init__(c_frame, internal=True)
        self.silent = True
        self.was_hit, self.word = False, 0

    def stop(self):
        self.was_hit = True
        if self.return_value is not None:
            self.word = int(self.return_value["pending"])
        return True


class Stepper:
    """One `acc next`, of the function of the newest C frame. It runs from trap to trap."""

    def __init__(self, activation, caller):
        self.task, self.frame, self.was_resumed = activation.task, activation.frame, activation.point != 0
        self.c_frame, self.function, self.caller = activation.c_frame, activation.c_frame.function(), caller
        self.is_fused = activation.is_fused()
        self.resumptions = resumptions_of(self.function)
        self.traps, self.event = [], None

    def run(self):
        gdb.events.stop.connect(self.remember)
        try:
            self.step()
        finally:
            gdb.events.stop.disconnect(self.remember)
            self.forget()

    def remember(self, event):
        self.event = event

    def forget(self):
        for trap in self.traps:
            if trap.is_valid():
                trap.delete()
        self.traps = []

    def go(self, traps):
        """Runs the program until one of the traps. Returns that one; None: it has stopped otherwise, as gdb has said."""
        self.traps, self.event = traps, None
        gdb.execute("continue", to_string=True)
        hit = [trap for trap in traps if trap.was_hit]
        is_own = isinstance(self.event, gdb.BreakpointEvent) and all(stop in traps for stop in self.event.breakpoints)
        self.forget()
        return hit[0] if hit and is_own else None

    def step(self):
        """One line, and on when the function waits in it: until it goes on there, and to the end of the line."""
        while True:
            trap = self.go(self.lines() + [Return(self.c_frame)])
            if isinstance(trap, Return):
                if not trap.word and (self.is_called() or not self.caller):
                    return self.arrive_outside()
                trap = self.go(self.places_to_go_on(trap.word))
            if not trap:
                return None
            if not isinstance(trap, Resumption):
                return self.arrive_on_line()
            if trap.is_of_caller:
                return self.arrive()
            self.c_frame, self.was_resumed = gdb.newest_frame(), True

    def is_called(self):
        """Whether its caller is on the C stack: else the executor has resumed it."""
        return self.is_fused or not self.was_resumed

    def lines(self):
        """All other lines of the function. A function that waits returns by way of its last one: from an await that one does not count."""
        here = gdb.newest_frame().find_sal().line
        all_lines = lines_of(self.function)
        passed = {0, here}
        if here in {line_at(address) for address in self.resumptions}:
            passed.add(max(line.line for line in all_lines))
        return [Line(address, self.c_frame) for address in {line.pc for line in all_lines if line.line not in passed}]

    def places_to_go_on(self, word):
        """Where the function goes on if it waits. And its caller: when it has ended, and when its last call has taken over its frame.
        (The caller of a fused one goes on in any case, by entering it again.)"""
        places = []
        if word:
            self.frame = self.frame or word
            places += [Resumption(address, self.task, self.frame) for address in self.resumptions]
        if self.caller and not self.is_fused:
            places += [CallerResumption(address, self.caller, self.frame) for address in resumptions_of(self.caller.function)]
        return places

    def arrive(self):
        """Says where the program has stopped, as gdb does."""
        gdb.write(re.sub("^#0 *", "", gdb.execute("frame", to_string=True)))

    def arrive_on_line(self):
        """In the same function: the line alone."""
        gdb.write(gdb.execute("frame", to_string=True).rstrip("\n").rpartition("\n")[2] + "\n")

    def arrive_outside(self):
        """In C code: of who has called the function, or of the executor."""
        if not self.is_called():
            print("acc: the task has ended")
        self.arrive()


# --- commands -------------------------------------------------------------------------------------------------------------------

class Acc(gdb.Command):
    """Commands for programs of async C."""

    def __init__(self):
        super().__init__("acc", gdb.COMMAND_USER, prefix=True)


class AccCommand(gdb.Command):
    """A command that says in one line what is wrong."""

    def invoke(self, argument, from_tty):
        if gdb.selected_thread() is None:
            raise gdb.GdbError("acc: no program is running, and there is no core file")
        Link.known.clear()
        try:
            self.act(argument)
        except gdb.GdbError:
            raise
        except Exception as error:      # memory that cannot be read, or holds what it should not
            raise gdb.GdbError("acc: %s" % error)


class Backtrace(AccCommand):
    """The async functions that wait for the selected one, innermost first."""

    def __init__(self):
        super().__init__("acc bt", gdb.COMMAND_STACK)

    def act(self, argument):
        print_waiting(*chain_selected())


class Next(AccCommand):
    """As next; over an await that waits it goes on until the same call of the function is resumed, or its caller when it ends."""

    def __init__(self):
        super().__init__("acc next", gdb.COMMAND_RUNNING)

    def act(self, argument):
        gdb.newest_frame().select()
        chain, _ = chain_selected()
        if chain[0].c_frame != gdb.newest_frame():
            gdb.execute("next")
            return
        if not chain[0].task:
            raise gdb.GdbError("acc: '%s' is compiled with optimization: acc next needs -O0" % chain[0].name)
        Stepper(chain[0], caller_of(chain)).run()


class Tasks(AccCommand):
    """All tasks, and the functions that wait in them. An argument is a struct ac_executor *; without: those on the stacks of threads."""

    def __init__(self):
        super().__init__("acc tasks", gdb.COMMAND_STATUS)

    def act(self, argument):
        type_of("ac_task")
        stacks = Stacks()
        executors = [int(gdb.parse_and_eval(argument))] if argument else stacks.executors
        if not executors:
            raise gdb.GdbError("acc: no executor is on the stack of a thread; 'acc tasks EXECUTOR' takes a struct ac_executor *")
        for executor in executors:
            if not is_executor(executor):
                raise gdb.GdbError("acc: there is no executor at %#x" % executor)
            print_tasks(Survey(executor, stacks))


for command in (Acc, Backtrace, Next, Tasks):
    command()
