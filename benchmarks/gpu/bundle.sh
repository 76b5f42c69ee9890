#!/usr/bin/env bash
# Builds a folder to carry to a machine with an NVIDIA card and without .NET. There, `./recurve-gpu` runs the numerical suite and the benchmarks and writes gpu.md.
set -euo pipefail
cd "$(dirname "$0")"
target=${1:-$PWD/bundle}

# lock files of its own: those of the repository know no runtime identifier
dotnet publish Recurve.Gpu.csproj -c Release -r linux-x64 --self-contained -o "$target" -p:RestoreLockedMode=false -p:NuGetLockFilePath=obj/bundle.lock.json
echo "$target: $(du -sh "$target" | cut -f1)"
