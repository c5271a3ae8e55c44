#!/usr/bin/env bash
# Tries a Debian package where no Python is: `sudo installer/try_deb.sh FOLDER DEB NEWER_DEB`.
#
# Makes a bare Debian 12 in FOLDER (with debootstrap, from this machine's own mirror), installs DEB there with apt,
# uses it as an ordinary user (self-test, a practice of one's own, a subject-access copy, the window), upgrades it
# to NEWER_DEB, removes and purges it, and looks whether the practice is untouched and nothing else is left.
# Needs debootstrap, Xvfb and ImageMagick here. The window's picture is FOLDER/window.png.
set -euo pipefail

if [ "${1:-}" != --inside ]; then
  exec unshare --mount "$0" --inside "$@" # so that whatever is mounted goes when this ends
fi
folder=$(realpath -m "$2") deb=$(realpath "$3") newer=$(realpath "$4")
root=$folder/debian
mirror=$(awk '/^URIs:/ { print $2; exit } /^deb / { print $2; exit }' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null)

step() { printf '\n== %s\n' "$*"; }
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
clerk() { inside setpriv --reuid clerk --regid clerk --init-groups env HOME=/home/clerk "$@"; }
belongings() { (cd "$root" && find . -xdev \( -path ./proc -o -path ./var -o -path ./home -o -path ./tmp -o -path ./run \) -prune -o -print | sort); }
sums() { (cd "$root/home/clerk/clinic" && sha256sum -- *); }

step "a bare Debian 12"
if [ ! -e "$root/etc/debian_version" ]; then
  mkdir -p "$root"
  debootstrap --variant=minbase bookworm "$root" "$mirror" >"$folder/debootstrap.log"
fi
cp /etc/resolv.conf "$root/etc/resolv.conf"
mount -t proc proc "$root/proc"
mkdir -p "$root/tmp/.X11-unix" /tmp/.X11-unix
mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
inside id clerk >/dev/null 2>&1 || inside useradd --create-home clerk
inside sh -c '! command -v python3' && echo "no Python there"
cat "$root/etc/debian_version"

step "install, with what it depends on"
inside apt-get update -q >"$folder/apt.log"
cp "$deb" "$newer" "$root/tmp/"
# What it depends on comes first, so that afterwards only the package itself is looked for.
depends=$(dpkg-deb --field "$deb" Depends | sed 's/ *([^)]*)//g; s/,//g')
# shellcheck disable=SC2086
inside apt-get install -y -q --no-install-recommends $depends >>"$folder/apt.log"
belongings >"$folder/before.txt"
inside apt-get install -y -q --no-install-recommends "/tmp/$(basename "$deb")" >>"$folder/apt.log"
clerk sh -c 'practice-app doctor; true' | sed -n 2p
test -f "$root/usr/share/applications/practice-app.desktop"
test -f "$root/usr/share/icons/hicolor/48x48/apps/practice-app.png"

step "self-test, as an ordinary user"
clerk practice-app --self-test
clerk find /home/clerk -newer /etc/resolv.conf -type f

step "a practice of one's own, a patient, a subject-access copy"
clerk sh -c 'cd && echo "correct pelican juggles nine umbrellas" >password &&
  printf "Ref,Surname,First name,DOB\nP1,Holloway,Margaret,14/03/1958\n" >patients.csv &&
  practice-app new clinic --practice "Harbour Clinic" --director "Dana Director" --password-file password --no-keyring >recovery &&
  practice-app import patients patients.csv --at clinic --as "Dana Director" --password-file password --dates dmy --source old --map "Practice number=Ref" 2>/dev/null ||
  practice-app import patients patients.csv --at clinic --as "Dana Director" --password-file password --dates dmy --source old
  practice-app subject-access 1 --at clinic --as "Dana Director" --password-file password --out copy.pdf ||
  practice-app subject-access P1 --at clinic --as "Dana Director" --password-file password --out copy.pdf'
head -c 8 "$root/home/clerk/copy.pdf"; ls -l "$root/home/clerk/copy.pdf"

step "the window, on a display"
display=:77
Xvfb $display -screen 0 1280x800x24 >/dev/null 2>&1 &
xvfb=$!
trap 'kill $xvfb' EXIT
until [ -S /tmp/.X11-unix/X77 ]; do sleep 0.2; done
clerk env DISPLAY=$display practice-app demo &
window=$!
sleep 40 # the demo is made first; this is a trial by hand, whose picture a person looks at
import -display $display -window root "$folder/window.png"
pkill --parent $window || kill $window
wait $window || true
kill $xvfb
trap - EXIT

step "upgrade"
inside apt-get install -y -q --no-install-recommends "/tmp/$(basename "$newer")" >>"$folder/apt.log"
inside dpkg-query --show practice-app
clerk practice-app check /home/clerk/clinic --as "Dana Director" --password-file /home/clerk/password
sums >"$folder/practice-before.txt"

step "remove and purge"
inside apt-get remove -y -q practice-app >>"$folder/apt.log"
inside apt-get purge -y -q practice-app >>"$folder/apt.log"
inside dpkg-query --show practice-app 2>&1 || true
sums | diff "$folder/practice-before.txt" - && echo "the practice is as it was"
belongings | diff "$folder/before.txt" - && echo "nothing else is left"
clerk find /home/clerk -path '*practice-app*'
