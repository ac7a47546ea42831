"""Lists other wordings of lines that name a colour or a brightness, for palettes that draw them unlike the dark one.

By their English. A wording that changes here changes the beats that say it, and no other (`renders.cache.messages`).
"""

from __future__ import annotations

from collections.abc import Mapping

from scenes.language.translation import N_

PAPER: Mapping[str, str] = {
    "0 is black": N_("0 is white"),
    "1 is white": N_("1 is black"),
    "Zero is black, one is white, and grey lies in between.": N_(
        "Zero is white, one is black, and grey lies in between."
    ),
    "That number is the neuron's activation. The brighter, the higher.": N_(
        "That number is the neuron's activation. The darker, the higher."
    ),
    "How bright one is tells how strongly the network answers with its digit.": N_(
        "How dark one is tells how strongly the network answers with its digit."
    ),
    "The brightest neuron at the end is the answer.": N_("The darkest neuron at the end is the answer."),
    "blue: looks for light": N_("blue: looks for ink"),
    "red: looks for dark": N_("red: looks for bare paper"),
    "Blue is positive, red is negative; the brighter, the stronger.": N_(
        "Blue is positive, red is negative; the deeper, the stronger."
    ),
    "It is large when bright pixels meet blue weights.": N_("It is large when dark pixels meet blue weights."),
    "Bright pixels that meet red weights make it small.": N_("Dark pixels that meet red weights make it small."),
    "These {count} pixels were never lit: nothing moved their weights.": N_(
        "These {count} pixels never held ink: nothing moved their weights."
    ),
    "{wrong} of {count} wrong; in yellow, its answers.": N_("{wrong} of {count} wrong; in amber, its answers."),
    "This is how they start: blue is positive, red negative, black zero.": N_(
        "This is how they start: blue is positive, red negative, white zero."
    ),
    "A row is a layer, the input at the top. Brighter is stronger.": N_(
        "A row is a layer, the input at the top. Darker is stronger."
    ),
    "A row is a layer, the input at the top, other parameters below. Brighter is stronger.": N_(
        "A row is a layer, the input at the top, other parameters below. Darker is stronger."
    ),
    "A row is a layer, in the order of their names. Brighter is stronger.": N_(
        "A row is a layer, in the order of their names. Darker is stronger."
    ),
    "There is one layer. Brighter is stronger.": N_("There is one layer. Darker is stronger."),
    "yellow: exactly 0": N_("amber: exactly 0"),
    "line: median · strong band: the middle half · pale band: from 5 to 95 %": N_(
        "line: median · dark band: the middle half · pale band: from 5 to 95 %"
    ),
    "line: median · strong band: the middle half · pale band: from 5 to 95 % · dot: a unit": N_(
        "line: median · dark band: the middle half · pale band: from 5 to 95 % · dot: a unit"
    ),
    "line: median · strong band: the middle half · pale band: from 5 to 95 % · dot: a channel": N_(
        "line: median · dark band: the middle half · pale band: from 5 to 95 % · dot: a channel"
    ),
    "dots: the units that were out most often": N_("dots: the units that were empty most often"),
    "A dot is a unit. It goes out while it is silent for the probes.": N_(
        "A dot is a unit. It is empty while it is silent for the probes."
    ),
    "A dot is a unit. It goes out while it is stuck at an end of its range.": N_(
        "A dot is a unit. It is empty while it is stuck at an end of its range."
    ),
    "A dot is a unit. It goes out while it is silent, or stuck at an end.": N_(
        "A dot is a unit. It is empty while it is silent, or stuck at an end."
    ),
    "At the end each unit answers to some probe: none has gone out.": N_(
        "At the end each unit answers to some probe: none is empty."
    ),
    "Grey: the truth. Yellow: what the model predicts.": N_("Grey: the truth. Amber: what the model predicts."),
    "each row looks at the columns that shine": N_("each row looks at the columns of deep colour"),
    "black: 0; white: {scale}": N_("white: 0; black: {scale}"),
}

SAFE: Mapping[str, str] = {
    "Bright pixels that meet red weights make it small.": N_("Bright pixels that meet orange weights make it small."),
    "red: looks for dark": N_("orange: looks for dark"),
    "Blue is positive, red is negative; the brighter, the stronger.": N_(
        "Blue is positive, orange is negative; the brighter, the stronger."
    ),
    "One, up close: smudges of blue and red.": N_("One, up close: smudges of blue and orange."),
    "Blue is positive, red is negative.": N_("Blue is positive, orange is negative."),
    "This is how they start: blue is positive, red negative, black zero.": N_(
        "This is how they start: blue is positive, orange negative, black zero."
    ),
    "red: none, or no finite number": N_("orange: none, or no finite number"),
    "In red it is wrong, in green right, but least sure of it.": N_(
        "In orange it is wrong, in green right, but least sure of it."
    ),
    "Now it trains. Colours tell the targets, from low, red, to high, blue.": N_(
        "Now it trains. Colours tell the targets, from low, orange, to high, blue."
    ),
    "blue: too high · red: too low": N_("blue: too high · orange: too low"),
    "A cell is a token to name: green where right, red where wrong.": N_(
        "A cell is a token to name: green where right, orange where wrong."
    ),
    "A cell is {count} positions in a row: red where wrong, the greener, the more are right.": N_(
        "A cell is {count} positions in a row: orange where wrong, the greener, the more are right."
    ),
    "flash: weight × activation, blue above 0, red below; full shade: the largest drawn in its layer": N_(
        "flash: weight × activation, blue above 0, orange below; full shade: the largest drawn in its layer"
    ),
    "blue above 0, red below": N_("blue above 0, orange below"),
    "blue above 0, red below; full shade: {scale}": N_("blue above 0, orange below; full shade: {scale}"),
    "blue above 0, red below; full shade, by layer:\nweights: {scales}": N_(
        "blue above 0, orange below; full shade, by layer:\nweights: {scales}"
    ),
}

WORDINGS: Mapping[str, Mapping[str, str]] = {"": {}, "paper": PAPER, "safe": SAFE}
