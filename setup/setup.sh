#!/usr/bin/env bash
# Both environments from the lock files: the bot's (Python >= 3.11) and Rasa's (3.10).  Quick when nothing changed, safe to kill and to run twice.
set -euo pipefail
cd "$(dirname "$0")/.."
exec 1>&2

say() { printf '%s\n' "$*"; }
die() { say "set-up: $*"; exit 1; }

[[ "$(uname -s)-$(uname -m)" == Linux-x86_64 ]] || die "Defender Line runs on Linux x86-64; this is $(uname -s) $(uname -m)."

exec 9>.setup.lock
flock 9

find_python() {  # whichever Python can run the search may run it
  local each
  for each in python3 python3.{11,12,13,14} "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python; do
    "$each" setup/find_python.py "$@" 2>/dev/null && return
  done
  return 1
}

python=$(find_python 3 11 || true)
[[ -n "$python" ]] || die "Python 3.11 or newer with its venv module is needed and was not found."

# uv reads neither pip's variables nor its files: hand on what the caller set for pip.
if [[ -n "${PIP_INDEX_URL:-}" && -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]]; then export UV_DEFAULT_INDEX="$PIP_INDEX_URL"; fi
if [[ -n "${PIP_CERT:-}" && -z "${SSL_CERT_FILE:-}" ]]; then export SSL_CERT_FILE="$PIP_CERT"; fi
export UV_NO_PROGRESS=1 UV_LINK_MODE=copy
[[ -t 2 ]] && unset UV_NO_PROGRESS

stamp_of() { cat "$@" | sha256sum | cut -d' ' -f1; }

if [[ "$(cat .venv/.stamp 2>/dev/null)" != "$(stamp_of requirements-dev.lock requirements-uv.lock <(echo "$python"))" ]]; then
  say "set-up: the bot's environment ..."
  rm -f .venv/.stamp
  [[ -x .venv/bin/python ]] && .venv/bin/python -c '' 2>/dev/null || "$python" -m venv --clear .venv
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock 2>&1 | grep -v -i warning || true
  [[ -x .venv/bin/uv ]] || die "the package index cannot be reached."
  .venv/bin/uv pip install -q --python .venv/bin/python --require-hashes -r requirements-dev.lock -r requirements-uv.lock || die "the packages of the bot could not be installed."
  stamp_of requirements-dev.lock requirements-uv.lock <(echo "$python") > .venv/.stamp
fi

if [[ "$(cat nlu/.venv/.stamp 2>/dev/null)" != "$(stamp_of nlu/requirements.lock)" ]]; then
  say "set-up: Rasa's environment ..."
  rm -f nlu/.venv/.stamp
  if ! nlu/.venv/bin/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null; then
    python310=$(find_python 3.10 || true)
    if [[ -z "$python310" ]]; then
      say "set-up: no Python 3.10 here; fetching one ..."
      .venv/bin/uv python install -q 3.10 || die "Rasa needs Python 3.10, and none was found or could be fetched: install python3.10, or make it reachable for uv."
      python310=$(.venv/bin/uv python find 3.10)
    fi
    .venv/bin/uv venv -q --clear --python "$python310" nlu/.venv
  fi
  .venv/bin/uv pip install -q --python nlu/.venv/bin/python --no-deps --require-hashes -r nlu/requirements.lock || die "the packages of Rasa could not be installed."
  stamp_of nlu/requirements.lock > nlu/.venv/.stamp
fi
