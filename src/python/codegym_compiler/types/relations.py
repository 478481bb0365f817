"""What holds between parameters: `n` is the length of a list, two lists are of one length, `k` is within it."""

from .lattice import INT


class Relations:
    """Found from stated inputs, guessed from names where there are none; kept by whatever draws or changes inputs."""

    names: list[str]
    kinds: dict

    def _relations(self, running):
        self.lengths: dict[str, str] = {}  # number → the list whose length it is
        self.same: list[tuple[str, str]] = []  # lists of one length
        self.below: dict[str, str] = {}  # number ≤ length of the list
        sized = [name for name in self.names if self.kinds[name].name in ("list", "sequence", "str")]
        numbers = [name for name in self.names if self.kinds[name] == INT]
        if not running:
            self._guessed_relations()
            return
        for number in numbers:
            for name in sized:
                values = [(given[number], len(given[name])) for given in running]
                if all(one == two for one, two in values) and len(values) > 1:
                    self.lengths[number] = name
                elif all(0 <= one <= two for one, two in values) and len(values) > 1 and self.kinds[name].name == "list":
                    self.below.setdefault(number, name)
        for index, one in enumerate(sized):
            for two in sized[index + 1 :]:
                if (
                    self.kinds[one].name == self.kinds[two].name
                    and len(running) > 1
                    and all(len(given[one]) == len(given[two]) for given in running)
                ):
                    self.same.append((one, two))

    def _guessed_relations(self):
        self.lengths, self.same, self.below = {}, [], {}
        sized = [name for name in self.names if self.kinds[name].name in ("list", "sequence", "str")]
        for name in self.names:
            if (
                self.kinds[name] == INT
                and sized
                and name.lower() in ("n", "m", "size", "length", "count", "len", "num", "num_elements", "arr_size")
            ):
                self.lengths[name] = sized[0]
            elif self.kinds[name] == INT and sized and name.lower() == "k":
                self.below[name] = sized[0]

    def _related(self, arguments):
        for one, two in self.same:
            length = min(len(arguments[one]), len(arguments[two]))
            arguments[one], arguments[two] = arguments[one][:length], arguments[two][:length]
        for number, name in self.lengths.items():
            arguments[number] = len(arguments[name])
        for number, name in self.below.items():
            if arguments[number] > len(arguments[name]) or arguments[number] < 0:
                arguments[number] = abs(arguments[number]) % (len(arguments[name]) + 1) or min(1, len(arguments[name]))
        return arguments
