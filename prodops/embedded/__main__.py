import argparse
import sys
from pathlib import Path

from prodops.embedded.keeper import main

parser = argparse.ArgumentParser(prog="python -m prodops.embedded")
parser.add_argument("data_dir", type=Path)
parser.add_argument("--volatile", action="store_true", help="trade safety for speed, for tests")
parser.add_argument("--discard", action="store_true", help="remove the data at the end, for tests")
options = parser.parse_args()
sys.exit(main(options.data_dir, durable=not options.volatile, discard=options.discard))
