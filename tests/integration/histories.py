"""Random histories of orders on their way through the shipped lifecycle, as lines an agent takes: hand-offs that fail at
every place, steps that fail, hang and are tried again, aliases, notes, clocks some seconds apart, lines told twice."""

import random

MINUTE, HOUR = 60.0, 3600.0


class History:
    """`stages` are the lifecycle's; `now` is in seconds, and nothing is later."""

    def __init__(self, order, stages, now, chance):
        self.order, self._stages, self._now, self._chance = order, stages, now, chance
        self.lines = []
        self._at = now - chance.choice([10 * MINUTE, 2 * HOUR, 30 * HOUR, 90 * HOUR]) * chance.uniform(0.3, 1)
        self._walk()
        chance.shuffle(self.lines)

    def _tell(self, system, verb, when, words):
        if when > self._now:
            return
        line = f"ord1 {verb} {self.order} sys={system} t={int(when * 1e6)} {words}"
        self.lines += [line] * (2 if self._chance.random() < 0.05 else 1)

    def _walk(self):
        chance, stage, steps_left = self._chance, "CREATED", 12
        while stage and self._at < self._now and steps_left > 0:
            self._stay(stage, self._stages[stage])
            following = self._stages[stage].get("next", [])
            stage = chance.choice(following) if following and chance.random() < 0.85 else None
            self._at += chance.choice([5, 4 * MINUTE, 50 * MINUTE, 9 * HOUR]) * chance.uniform(0.5, 1.5)
            steps_left -= 1
        if chance.random() < 0.1:
            self._tell("crm", "alias", self._at - MINUTE, f"ref=mes:{self.order}-M")
        if chance.random() < 0.2:
            self._tell(chance.choice(["crm", "mes"]), "note", self._at - 30, ":the customer called, twice")

    def _stay(self, stage, rules):
        setter = rules.get("set_by") or self._chance.choice(["crm", "mes"])
        self._tell(setter, "status", self._at, f"st={stage}")
        for receiver in rules.get("reaches", {}):
            self._hand_over(setter, receiver, stage)
        for _ in range(self._chance.choice([0, 0, 1, 2])):
            self._step(setter)

    def _hand_over(self, sender, receiver, stage):
        """Ends at a random place: nothing, sent, received without being applied, applied; or applied without a trace."""
        chance = self._chance
        skew = chance.uniform(-8, 8)
        sent, took = self._at + chance.uniform(0, 5), self._at + chance.choice([8, 90, 20 * MINUTE]) + skew
        reached = chance.choice([0, 1, 2, 3, 3, 3, 3, 4, 4])
        msg = f"msg={chance.randrange(10**9)} " if chance.random() < 0.7 else ""
        named = f"st={stage} " if chance.random() < 0.5 else ""
        if 1 <= reached <= 3:
            self._tell(sender, "sent", sent, f"to={receiver} via=q.{receiver} {msg}{named}")
        if 2 <= reached <= 3:
            self._tell(receiver, "recv", took, f"from={sender} via=q.{receiver} {msg}{named}")
        if reached >= 3:
            self._tell(receiver, "status", took + 0.2, f"st={stage}")

    def _step(self, system):
        chance, name, begun = self._chance, self._chance.choice(["calc_price", "push_to_crm", "cut_panel"]), self._at + 6
        for attempt in range(1, chance.choice([1, 1, 2, 3]) + 1):
            result = chance.choice(["ok", "ok", "ok", "fail err=refused", "timeout"])
            words = f"step={name} try={attempt} of=3 inst={system}-1"
            if chance.random() < 0.08:
                self._tell(system, "start", begun, words)  # and never an end
            else:
                self._tell(system, "span", begun, f"{words} dur={chance.randrange(1, 40)}s res={result}")
            begun += chance.choice([50, 12 * MINUTE])


def histories(count, stages, now, seed):
    chance = random.Random(seed)
    return [History(f"G-{number}", stages, now, chance) for number in range(count)]
