"""What `cost_of_one_example` may say of the costs of its three cases: each a line that these costs bear out."""

from __future__ import annotations

from scenes.beats.beat import Beat
from scenes.beats.timeline import Said, said
from scenes.evidence.evidence import Exact, Measured
from scenes.language.translation import N_

LITTLE = 0.25  # a cost up to which an answer may be called good: of an output off by a half
NOTHING = 0.005  # a cost below that is written 0.00
MUCH = 1.0  # a cost from which on an answer is called bad: of an output that is all wrong


def line_after_training(costs: Measured) -> Said:
    """Return the line that tells what training has made of the first picture's cost. costs: of each case."""
    cost = {"cost": f"{costs.value[1]:.2f}"}
    nothing = N_("next to nothing: less than 0.005")
    return Beat.choose(
        said(N_("After training, it costs next to nothing."), costs.when(lambda of: of[1] < NOTHING, nothing)),
        said(
            N_("After training, it costs only {cost}."),
            costs.when(lambda of: of[1] <= LITTLE, N_("only: at most 0.25")),
            **cost,
        ),
        otherwise=said(N_("After training, it costs {cost}."), costs, **cost),
    )


def line_on_the_worst(highest: Measured) -> Said:
    """Return the line that tells of the picture with the highest cost after training."""
    values = {"count": highest.value["others"], "cost": f"{highest.value['cost']:.2f}"}
    worst = highest.when(lambda of: of["cost"] >= of["highest"], N_("the worst: none costs more"))
    return said(N_("The worst of {count} others costs {cost}."), worst, **values)


def moral(answered: Measured, costs: Measured, columns: Measured) -> Said:
    """Return the line that the three costs bear out, given labels and answers, and the columns of outputs."""
    right = answered.when(lambda cases: cases[1]["label"] == cases[1]["answer"])
    apart = costs.when(
        lambda of: of[1] <= LITTLE and max(of[0], of[2]) >= MUCH,
        N_("little: at most 0.25; much: at least 1, as of an output that is all wrong"),
    )
    wanted = columns.value["wanted"][0]
    perfect = Exact("sum((a - y) ** 2)", a=wanted, y=wanted)
    far = costs.when(lambda of: min(of) > LITTLE, N_("far: each costs more than 0.25"))
    return Beat.choose(
        said(N_("This good answer costs little, the bad ones much."), (right, apart)),
        said(N_("A perfect answer costs 0. These are far from it."), (far, perfect)),
        otherwise=said(N_("The nearer to what is wanted, the lower the cost.")),
    )
