"""Builds the XML of slides that python-pptx cannot write, as PowerPoint itself writes it.

Timing: ECMA-376 part 1, 19.5. Trimmed media, sections and captions: [MS-PPTX] 2.2.3 and 5.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import quoteattr

_MAIN = "http://schemas.openxmlformats.org/presentationml/2006/main"
_2010 = "http://schemas.microsoft.com/office/powerpoint/2010/main"
_2017 = "http://schemas.microsoft.com/office/powerpoint/2017/3/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TRACK_OF = "http://schemas.microsoft.com/office/2017/04/relationships/track"  # the relation of a slide to captions

# The next click anywhere, or key, plays the film, or the slide does that itself; a click on the film then holds it, and
# another lets it go on
_TIMING = """<p:timing xmlns:p="{main}"><p:tnLst><p:par>
<p:cTn id="1" dur="indefinite" restart="never" nodeType="tmRoot"><p:childTnLst>
<p:seq concurrent="1" nextAc="seek">
<p:cTn id="2" dur="indefinite" nodeType="mainSeq"><p:childTnLst>
<p:par><p:cTn id="3" fill="hold"><p:stCondLst><p:cond delay="indefinite"/>{begins}</p:stCondLst><p:childTnLst>
<p:par><p:cTn id="4" fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst><p:childTnLst>
<p:par><p:cTn id="5" presetID="1" presetClass="mediacall" presetSubtype="0" fill="hold" nodeType="{effect}">
<p:stCondLst><p:cond delay="0"/></p:stCondLst><p:childTnLst>
<p:cmd type="call" cmd="playFrom(0.0)"><p:cBhvr><p:cTn id="6" dur="{milliseconds}" fill="hold"/>
<p:tgtEl><p:spTgt spid="{film}"/></p:tgtEl></p:cBhvr></p:cmd>
</p:childTnLst></p:cTn></p:par>
</p:childTnLst></p:cTn></p:par>
</p:childTnLst></p:cTn></p:par>
</p:childTnLst></p:cTn>
<p:prevCondLst><p:cond evt="onPrev" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond></p:prevCondLst>
<p:nextCondLst><p:cond evt="onNext" delay="0"><p:tgtEl><p:sldTgt/></p:tgtEl></p:cond></p:nextCondLst>
</p:seq>
<p:video><p:cMediaNode vol="80000"><p:cTn id="7"{repeat} fill="hold" display="0">
<p:stCondLst><p:cond delay="indefinite"/></p:stCondLst></p:cTn>
<p:tgtEl><p:spTgt spid="{film}"/></p:tgtEl></p:cMediaNode></p:video>
<p:seq concurrent="1" nextAc="seek">
<p:cTn id="8" restart="whenNotActive" fill="hold" evtFilter="cancelBubble" nodeType="interactiveSeq">
<p:stCondLst><p:cond evt="onClick" delay="0"><p:tgtEl><p:spTgt spid="{film}"/></p:tgtEl></p:cond></p:stCondLst>
<p:endSync evt="end" delay="0"><p:rtn val="all"/></p:endSync><p:childTnLst>
<p:par><p:cTn id="9" fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst><p:childTnLst>
<p:par><p:cTn id="10" fill="hold"><p:stCondLst><p:cond delay="0"/></p:stCondLst><p:childTnLst>
<p:par><p:cTn id="11" presetID="2" presetClass="mediacall" presetSubtype="0" fill="hold" nodeType="clickEffect">
<p:stCondLst><p:cond delay="0"/></p:stCondLst><p:childTnLst>
<p:cmd type="call" cmd="togglePause"><p:cBhvr><p:cTn id="12" dur="1" fill="hold"/>
<p:tgtEl><p:spTgt spid="{film}"/></p:tgtEl></p:cBhvr></p:cmd>
</p:childTnLst></p:cTn></p:par>
</p:childTnLst></p:cTn></p:par>
</p:childTnLst></p:cTn></p:par>
</p:childTnLst></p:cTn>
<p:nextCondLst><p:cond evt="onClick" delay="0"><p:tgtEl><p:spTgt spid="{film}"/></p:tgtEl></p:cond></p:nextCondLst>
</p:seq>
</p:childTnLst></p:cTn>
</p:par></p:tnLst></p:timing>"""


_BY_ITSELF = '<p:cond evt="onBegin" delay="0"><p:tn val="2"/></p:cond>'


def timing_xml(film: int, seconds: float, *, endless: bool, by_itself: bool) -> str:
    """Return a slide's timing: the film, by the id of its shape, plays for `seconds`, or again and again.

    by_itself: whether it begins with the slide rather than by a click.
    """
    return _TIMING.format(
        main=_MAIN,
        film=film,
        milliseconds=round(1000 * seconds),
        repeat=' repeatCount="indefinite"' if endless else "",
        begins=_BY_ITSELF if by_itself else "",
        effect="afterEffect" if by_itself else "clickEffect",
    ).replace("\n", "")


def trim_xml(before: float, after: float) -> str:
    """Return the element that trims a film. before, after: seconds left out at its beginning and at its end."""
    return f'<p14:trim xmlns:p14="{_2010}" st="{1000 * before:.1f}" end="{1000 * after:.1f}"/>'


@dataclass(frozen=True)
class CaptionPart:
    """The captions of a film in one language, as a slide knows them: by the relation to their file, and a GUID."""

    relation: str
    identity: str
    label: str
    language: str


def captions_xml(tracks: Sequence[CaptionPart]) -> str:
    """Return the element that gives a film captions; it goes behind its trim."""
    listed = "".join(
        f"<p173:track id={quoteattr(one.identity)} label={quoteattr(one.label)} lang={quoteattr(one.language)} "
        f"r:embed={quoteattr(one.relation)}/>"
        for one in tracks
    )
    return (
        f'<p14:extLst xmlns:p14="{_2010}" xmlns:p="{_MAIN}" xmlns:r="{_RELATIONS}">'
        f'<p:ext uri="{{3AFAAA56-56D3-431D-BCD4-E75A35582382}}"><p173:tracksInfo xmlns:p173="{_2017}" '
        f'displayLoc="media"><p173:trackLst>{listed}</p173:trackLst></p173:tracksInfo></p:ext></p14:extLst>'
    )


def sections_xml(sections: Sequence[tuple[str, Sequence[int]]]) -> str:
    """Return a presentation's sections, each a name and the ids of its slides."""
    listed = "".join(_section_xml(number, name, slides) for number, (name, slides) in enumerate(sections))
    return (
        f'<p:extLst xmlns:p="{_MAIN}"><p:ext uri="{{521415D9-36F7-43E2-AB2F-B90AF26B5E84}}">'
        f'<p14:sectionLst xmlns:p14="{_2010}">{listed}</p14:sectionLst></p:ext></p:extLst>'
    )


def _section_xml(number: int, name: str, slides: Sequence[int]) -> str:
    identity = f"{{{uuid5(NAMESPACE_URL, f'{number}/{name}')}}}".upper()
    listed = "".join(f'<p14:sldId id="{slide}"/>' for slide in slides)
    return f'<p14:section name={quoteattr(name)} id="{identity}"><p14:sldIdLst>{listed}</p14:sldIdLst></p14:section>'
