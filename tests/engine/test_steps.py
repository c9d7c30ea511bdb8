"""Steps that take long: the same on equal layers, another on others, and no harm where the file is broken."""

from dataclasses import replace

from tijian.engine.compute.registry import Computation, Computed
from tijian.engine.exam.steps import Done, KeptSteps, computed
from tijian.engine.kernel.missing import Status


class Layered:
    year = 2019

    def __init__(self, digest="a"):
        self.digest = digest

    def fingerprint(self, needs):
        return [*needs, self.digest]


def counting(calls, needs=("roads",)):
    def run(_material):
        calls.append(1)
        return {"1": Computed(0.1 + 0.2, Status.NO_DATA, {"图层": "路"}), "2": Computed(1e-300, 3.0, {})}

    return Computation("density@1", run, "km", "km2", False, needs, "")


def test_a_step_is_run_once_for_equal_layers_and_given_back_bit_by_bit(tmp_path):
    calls, steps = [], KeptSteps(tmp_path)
    first = computed(counting(calls), Layered(), steps, [])
    assert computed(counting(calls), Layered(), steps, []) == first
    assert first["1"].numerator == 0.30000000000000004
    assert len(calls) == 1


def test_the_run_says_which_steps_were_computed_and_which_were_found(tmp_path):
    done, steps = [], KeptSteps(tmp_path)
    computed(counting([]), Layered(), steps, done)
    computed(counting([]), Layered(), steps, done)
    computed(counting([], ("survey",)), Layered(), steps, done)  # never kept, and not counted
    computed(counting([]), Layered(), None, done)
    assert done == [Done("density@1", 2019, kept) for kept in (False, True, False)]


def test_another_text_of_the_programs_is_another_step(tmp_path, monkeypatch):
    calls, steps = [], KeptSteps(tmp_path)
    computed(counting(calls), Layered(), steps, [])
    monkeypatch.setattr("tijian.engine.exam.steps.program_text", lambda: "other")
    computed(counting(calls), Layered(), steps, [])
    assert len(calls) == 2


def test_other_layers_another_function_or_the_survey_are_run(tmp_path):
    calls, steps = [], KeptSteps(tmp_path)
    computed(counting(calls), Layered(), steps, [])
    computed(counting(calls), Layered("b"), steps, [])
    computed(replace(counting(calls), name="density@2"), Layered(), steps, [])
    for _ in range(2):
        computed(counting(calls, ("survey",)), Layered(), steps, [])
    assert len(calls) == 5


def test_a_broken_file_is_as_none(tmp_path):
    calls, steps = [], KeptSteps(tmp_path)
    computed(counting(calls), Layered(), steps, [])
    (file,) = tmp_path.glob("*.json")
    file.write_text("{", encoding="utf-8")
    computed(counting(calls), Layered(), steps, [])
    assert len(calls) == 2
    assert computed(counting(calls), Layered(), None, [])["2"].denominator == 3.0
