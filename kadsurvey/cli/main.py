"""The program's entrance: finds the command, and turns whatever goes wrong into a message and a status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click
from click.shell_completion import CompletionItem

from kadsurvey._version import __version__
from kadsurvey.cli.commands import COMMANDS
from kadsurvey.cli.local import LANGUAGE_KEY, OPTION_KEY, asked_language, language_of, option_of
from kadsurvey.errors import KadsurveyError
from kadsurvey.language.text import Language

ERROR, USAGE, FAULT, INTERRUPTED = 1, 2, 3, 130
_JSON_KEY = "kadsurvey.json"

_ABOUT = {
    "en": "Social capital surveys of inter-regional cooperation: from collected spreadsheets to honest regressions.",
    "id": "Survei modal sosial kerja sama antardaerah: dari lembar kerja lapangan hingga regresi yang jujur.",
}
_LANGUAGE_HELP = {
    "en": "Language of messages and tables; after any command too.",
    "id": "Bahasa pesan dan tabel; juga boleh ditulis setelah perintah.",
}


class SurveyGroup(click.Group):
    """The commands, imported when called; the one place where an error becomes a message and a status."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        # From the table: click's own would import every command to learn its help.
        lang = language_of(ctx)
        found = [CompletionItem(name, help=words[lang]) for name, (_, words) in COMMANDS.items()]
        return [
            *(item for item in found if item.value.startswith(incomplete)),
            *click.Command.shell_complete(self, ctx, incomplete),
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        lang = language_of(ctx)
        with formatter.section("Commands" if lang == "en" else "Perintah"):
            formatter.write_dl([(name, words[lang]) for name, (_, words) in COMMANDS.items()])

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(_ABOUT[language_of(ctx)])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Help is printed before --lang is parsed, so the language is looked for in the whole line first.
        ctx.meta[LANGUAGE_KEY] = asked_language(args)
        ctx.meta[OPTION_KEY] = option_of(args)
        ctx.meta[_JSON_KEY] = "--json" in args
        for parameter in self.params:
            if parameter.name == "lang" and isinstance(parameter, click.Option):
                parameter.help = _LANGUAGE_HELP[language_of(ctx)]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KadsurveyError as err:
            # By now the settings of the study may have chosen the language.
            lang = language_of(ctx)
            _say(err.code, err.render(lang), ctx.meta[_JSON_KEY], lang)
            ctx.exit(ERROR)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as err:
            from kadsurvey.errors import nearest

            near = nearest(args[0], list(COMMANDS))
            if near is None:
                raise
            hint = "Did you mean" if language_of(ctx) == "en" else "Apakah maksud Anda"
            raise click.UsageError(f"{err.message.rstrip('.')}. {hint} '{near}'?", ctx) from err

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = "kadsurvey",
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run and leave with the status: 0 done, 1 error, 2 usage, 3 a fault of ours, 130 interrupted."""
        line = list(sys.argv[1:] if args is None else args)
        lang, as_json = asked_language(line), "--json" in line
        try:
            status = super().main(
                args=line,
                prog_name=prog_name,
                complete_var=complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
        except click.Abort:
            sys.exit(INTERRUPTED)
        except click.ClickException as err:
            if as_json:
                _say("usage", err.format_message(), as_json, lang)
            else:
                err.show()
            sys.exit(err.exit_code)
        except BrokenPipeError:
            # The reader (head, less) has left; what is still buffered goes nowhere.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except Exception as err:
            if os.environ.get("KADSURVEY_DEBUG"):
                raise
            _say("fault", _fault(err, lang), as_json, lang)
            sys.exit(FAULT)
        sys.exit(status if isinstance(status, int) else 0)


@click.group(cls=SurveyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--lang", type=click.Choice(["id", "en"]), expose_value=False)
@click.version_option(__version__, prog_name="kadsurvey")
def main() -> None:
    """Hold the commands; each does its own work."""


def _fault(err: Exception, lang: Language) -> str:
    kind = type(err).__name__
    if lang == "id":
        return f"Kesalahan ini berasal dari kadsurvey ({kind}). Jalankan lagi dengan KADSURVEY_DEBUG=1 dan laporkan."
    return f"This is a fault of kadsurvey ({kind}). Run again with KADSURVEY_DEBUG=1 and report what it prints."


def _say(code: str, message: str, as_json: bool, lang: Language) -> None:
    if as_json:
        import json

        click.echo(json.dumps({"error": {"code": code, "message": message}}, ensure_ascii=False))
    else:
        from kadsurvey.language.guard import visible

        click.echo(f"{'Error' if lang == 'en' else 'Kesalahan'}: {visible(message)}", err=True)
