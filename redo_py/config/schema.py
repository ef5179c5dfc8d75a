"""The settings that redun.toml may hold, checked by pydantic. Imported only when a settings file changed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Section(BaseModel):
    """What all sections share: an unknown name is an error."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Build(Section):
    """[build]"""

    jobs: int | None = Field(
        default=None, ge=1, description="how many jobs run at once; one more than there are processors by default"
    )
    tools: Literal["digest", "path", "ignore"] = Field(
        default="digest", description="what identifies a command's program: its content, its path, or nothing"
    )
    pass_env: list[str] = Field(
        default_factory=list, description="environment variables that every command gets, and that are in its key"
    )


class Artifacts(Section):
    """[artifacts]"""

    max_file: int = Field(default=256 << 20, ge=0, description="bytes; larger outputs are not kept")
    max_total: int = Field(default=5 << 30, ge=0, description="bytes; beyond it the outputs not used for longest go")


class Code(Section):
    """[code]"""

    packages: list[str] = Field(
        default_factory=list, description="installed packages whose version is part of the identity of tasks"
    )


class File(Section):
    """A whole redun.toml."""

    root: bool = Field(default=False, description="whether this folder is a project of its own, below another one")
    build: Build = Field(default_factory=Build)
    artifacts: Artifacts = Field(default_factory=Artifacts)
    code: Code = Field(default_factory=Code)
    config: dict[str, Any] = Field(default_factory=dict, description="values for the redunfile's config(...)")


def known() -> list[str]:
    """The names of all settings, as docs/settings.md writes them: `build.jobs`."""
    names = []
    for name, field in File.model_fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, Section):
            names += [f"{name}.{inner}" for inner in section.model_fields]
        else:
            names.append(name)
    return names
