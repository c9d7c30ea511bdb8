"""What stands around every page: name, navigation, account, marks, footer. ``base.html`` reads it.

A page's context has ``site`` (:class:`Site`) and, where they apply, ``nav`` (a list of :class:`Place`),
``rounds`` (:class:`Rounds`) and ``account`` (:class:`Account`). Without them the page still stands.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """An entry of the navigation or of the switch of rounds.

    Attributes:
        text: The words.
        href: Where to.
        current: Whether one is there.
        count: Shown behind the words, such as the tasks that wait.
    """

    text: str
    href: str
    current: bool = False
    count: int | None = None


@dataclass(frozen=True)
class Rounds:
    """The switch of rounds: the one shown and the others.

    Attributes:
        current: Name of the round shown.
        places: All of them, the one shown marked.
    """

    current: str
    places: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Account:
    """Who is signed in.

    Attributes:
        name: Of the person.
        body: Of the 成员单位.
        places: Settings and the like.
        sign_out: Address that a form posts to.
    """

    name: str
    body: str = ""
    places: tuple[Place, ...] = ()
    sign_out: str = ""


@dataclass(frozen=True)
class Site:
    """The installation as every page names it.

    Attributes:
        title: Name of the product, from the name of the city.
        home: Address of the first page.
        synthetic: What the strip says where figures are synthetic; empty where none is.
        today: Simulated business date in words; empty where the date is real.
        footer: Criteria, system and run that the figures come from, in words.
    """

    title: str
    home: str = "/"
    synthetic: str = ""
    today: str = ""
    footer: tuple[str, ...] = ()
