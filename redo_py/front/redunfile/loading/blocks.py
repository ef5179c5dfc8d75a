"""Blocks of names while a redunfile is read: what is bound so far, here and further out."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Block:
    """The top level, a function, one turn of a loop, or one branch of an `if`."""

    __slots__ = ("is_function", "later", "left_behind", "names", "parent")

    def __init__(self, parent: Block | None, is_function: bool) -> None:
        self.parent = parent
        self.is_function = is_function  # whether names of the blocks around may be bound again
        self.names: dict[str, Any] = {}  # name -> the node that binds it
        self.later: dict[str, Any] = {}  # names that a function binds somewhere
        self.left_behind: dict[str, Any] = {}  # names of the loops inside, once these are over

    def bind(self, name: str, node: Any) -> None:
        self.names.setdefault(name, node)

    def branch(self) -> Block:
        """A block for one branch of an `if`."""
        return Block(self, is_function=False)

    def join(self, branch: Block) -> None:
        """Take over the names of a branch."""
        for name, node in branch.names.items():
            self.bind(name, node)
        self.left_behind.update(branch.left_behind)

    def place_of(self, name: str) -> Any:
        """The node that binds `name` in this function, None if there is none yet."""
        block: Block | None = self
        while block is not None:
            if name in block.names:
                return block.names[name]
            if block.is_function:
                return None
            block = block.parent
        return None

    def knows(self, name: str) -> bool:
        """Is `name` bound here or further out? A name that this function binds is its own before that, too."""
        block: Block | None = self
        while block is not None:
            if name in block.names:
                return True
            if name in block.later:
                return False
            block = block.parent
        return False

    def is_bound_later(self, name: str) -> bool:
        block: Block | None = self
        while block is not None:
            if name in block.later:
                return True
            block = block.parent
        return False

    def was_left_behind(self, name: str) -> bool:
        block: Block | None = self
        while block is not None:
            if name in block.left_behind:
                return True
            block = block.parent
        return False

    def is_inside_function(self) -> bool:
        """Is there a function around, the top level not counted?"""
        block: Block | None = self
        while block is not None:
            if block.is_function and block.parent is not None:
                return True
            block = block.parent
        return False

    def known(self) -> list[str]:
        """Every name that is bound here or further out."""
        return [*self.names, *(self.parent.known() if self.parent else ())]
