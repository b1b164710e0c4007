"""Commands and options that speak the user's language: their help is a code of the catalogue."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

import click
from click.shell_completion import CompletionItem

from kadsurvey.language.text import LANGUAGES, Language, Text

F = TypeVar("F", bound=Callable[..., Any])

LANGUAGE_KEY = "kadsurvey.language"
"""Where a click context keeps the language found before any option is parsed."""
OPTION_KEY = "kadsurvey.language.option"
"""Where it keeps what ``--lang`` says, which may stand before the command too."""


def asked_language(args: Sequence[str], environ: Mapping[str, str] = os.environ) -> Language:
    """Return the language of the messages: ``--lang``, else KADSURVEY_LANG, the locale, English."""
    return option_of(args) or _known(environ.get("KADSURVEY_LANG")) or _locale(environ) or "en"


def language_of(ctx: click.Context) -> Language:
    """Return the language found for this call."""
    return cast(Language, ctx.meta.get(LANGUAGE_KEY, "en"))


def chosen_language(lang: str | None, study: str | None = None) -> Language:
    """Return the language of the output: the option, else study.toml, KADSURVEY_LANG, the locale, English.

    From here on it is the language of errors too.
    """
    ctx = click.get_current_context(silent=True)
    before = None if ctx is None else ctx.meta.get(OPTION_KEY)
    language = _known(lang) or _known(before) or _known(study) or asked_language(())
    if ctx is not None:
        ctx.meta[LANGUAGE_KEY] = language
    return language


class LocalOption(click.Option):
    """An option whose help is ``cli.option_<name>`` of the catalogue."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        self.speak(ctx)
        return super().get_help_record(ctx)

    def speak(self, ctx: click.Context) -> None:
        """Take the help in the language of the call."""
        self.help = Text(f"cli.option_{self.name}").render(language_of(ctx))


class LocalCommand(click.Command):
    """A command whose help is ``cli.help_<name>`` of the catalogue; what follows ``---`` in it are examples."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        prose, _, examples = self.local_help(ctx).partition("---\n")
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(prose.strip())
        if examples:
            formatter.write_paragraph()
            for line in examples.strip().splitlines():
                formatter.write(f"    {line}\n")

    def local_help(self, ctx: click.Context) -> str:
        """Return the command's help in the language of the call."""
        name = ctx.command_path.partition(" ")[2].replace(" ", "_")
        return Text(f"cli.help_{name}").render(language_of(ctx))

    def get_help_option_names(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        # Click keeps a command's help option, so that what calls it first must not decide.
        return ["-h", "--help"]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _local_help_option(super().get_help_option(ctx), ctx)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        for parameter in self.get_params(ctx):
            if isinstance(parameter, LocalOption):
                parameter.speak(ctx)
        return super().shell_complete(ctx, incomplete)


class LocalGroup(click.Group):
    """A group of commands with help in the language of the call."""

    command_class = LocalCommand

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        name = ctx.command_path.partition(" ")[2].replace(" ", "_")
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(Text(f"cli.help_{name}").render(language_of(ctx)))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._line(ctx, name)) for name in self.list_commands(ctx)])

    def get_help_option_names(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        # Click keeps a command's help option, so that what calls it first must not decide.
        return ["-h", "--help"]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        return _local_help_option(super().get_help_option(ctx), ctx)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        names = (name for name in self.list_commands(ctx) if name.startswith(incomplete))
        # Click's own would give the docstrings as help, which are in English.
        return [
            *(CompletionItem(name, help=self._line(ctx, name)) for name in names),
            *click.Command.shell_complete(self, ctx, incomplete),
        ]

    def _line(self, ctx: click.Context, name: str) -> str:
        """Return the first line of a command's help."""
        code = f"cli.help_{ctx.command_path.partition(' ')[2]}_{name}"
        return Text(code).render(language_of(ctx)).partition("\n")[0]


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """Declare an option with its help in the catalogue; the settings are click's."""
    return click.option(*names, cls=LocalOption, **settings)


def _local_help_option(found: click.Option | None, ctx: click.Context) -> click.Option | None:
    # Commands live as long as the process, so the words are set in every language, not changed in one.
    if found is not None:
        found.help = Text("cli.option_help").render(language_of(ctx))
    return found


def option_of(args: Sequence[str]) -> Language | None:
    """Return what ``--lang`` says, wherever in the line it stands."""
    for place, word in enumerate(args):
        if word == "--lang" and place + 1 < len(args):
            return _known(args[place + 1])
        if word.startswith("--lang="):
            return _known(word.removeprefix("--lang="))
    return None


def _known(word: str | None) -> Language | None:
    return next((lang for lang in LANGUAGES if word == lang), None)


def _locale(environ: Mapping[str, str]) -> Language | None:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environ.get(variable):
            return _known(value[:2].lower())
    return None
