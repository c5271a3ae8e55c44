#!/usr/bin/env bash
# Tries a Debian package where no Python is: `sudo installer/try_deb.sh FOLDER DEB NEWER_DEB`.
#
# Makes a bare Debian 12 in FOLDER (with debootstrap, from this machine's own mirror), installs DEB there with apt,
# uses it as an ordinary user (self-test, a practice of one's own, a subject-access copy, the window), upgrades it
# to NEWER_DEB, removes and purges it, and looks whether the practice is untouched and nothing else is left.
# Needs debootstrap, Xvfb, xdotool, ImageMagick and pdftotext here. The window's picture is FOLDER/window.png.
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
mount --bind /dev/pts "$root/dev/pts"
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
as_director=(--as "Dana Director" --password-file password)
clerk sh -c 'cd && echo "correct pelican juggles nine umbrellas" >password &&
  printf "Ref,Surname,First name,DOB,NHS No\nP1,Holloway,Margaret,14/03/1958,999 000 0018\n" >patients.csv'
at_home() { clerk env --chdir /home/clerk practice-app "$@"; }
at_home new clinic --practice "Harbour Clinic" --director "Dana Director" --password-file password --no-keyring >"$folder/recovery-key"
at_home import patients patients.csv --at clinic "${as_director[@]}" --dates dmy --source old
at_home subject-access 9990000018 --at clinic "${as_director[@]}" --out copy.pdf
pdftotext "$root/home/clerk/copy.pdf" "$folder/copy.txt" && head -n 4 "$folder/copy.txt"

step "the window, on a display"
display=:77
Xvfb $display -screen 0 1280x800x24 >/dev/null 2>&1 &
xvfb=$!
trap 'kill $xvfb' EXIT
until [ -S /tmp/.X11-unix/X77 ]; do sleep 0.2; done
clerk env DISPLAY=$display practice-app demo &
window=$!
# The demo is made first; then the window is named after its clinic.
timeout 120 sh -c "until DISPLAY=$display xdotool search --onlyvisible --name Clinic >/dev/null 2>&1; do sleep 1; done"
sleep 2 # until it is painted: a person looks at the picture
import -display $display -window root "$folder/window.png"
DISPLAY=$display xdotool search --onlyvisible --name Clinic windowfocus --sync key ctrl+q
wait $window
clerk find /home/clerk/.cache -name 'demo-*'
kill $xvfb
trap - EXIT

step "upgrade"
inside apt-get install -y -q --no-install-recommends "/tmp/$(basename "$newer")" >>"$folder/apt.log"
inside dpkg-query --show practice-app
at_home check clinic "${as_director[@]}"
sums >"$folder/practice-before.txt"

step "remove and purge"
inside apt-get remove -y -q practice-app >>"$folder/apt.log"
inside dpkg --purge practice-app
inside dpkg-query --show practice-app 2>&1 || true
sums | diff "$folder/practice-before.txt" - && echo "the practice is as it was"
belongings | diff "$folder/before.txt" - && echo "nothing else is left"
echo "of the account:" && clerk find /home/clerk -path '*practice-app*'
