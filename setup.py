"""Compile the console's translations into every build; all else is in setup.cfg."""

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithTranslations(build_py):
    """Gettext reads compiled catalogues only."""

    def run(self) -> None:
        """Compile, then collect the package's files."""
        self.run_command("compile_catalog")
        super().run()


setup(cmdclass={"build_py": BuildWithTranslations})
