#!/usr/bin/env bash
# Debian's own Ironic against the served hosts: enrols a node by its Redfish address and takes it through manage, inspect, provide, power
# off, on, reboot and boot device; ipmitool confirms the power. Everything is in a folder of its own and on loopback, and ends with the
# script. Not part of CI, since it takes a minute and many packages.
#
# Needs: apt-get install --no-install-recommends ironic-api ironic-conductor python3-ironicclient ipmitool
# Usage: test/clients/ironic.sh [PROFILE]
set -euo pipefail
cd "$(dirname "$0")/../.."
profile=${1:-generic}

for program in ironic-dbsync ironic-conductor ironic-api baremetal ipmitool; do
  command -v "$program" > /dev/null || { echo "not here: $program (see the head of this script)"; exit 3; }
done

# These would win over the certificate that a node is given.
unset REQUESTS_CA_BUNDLE CURL_CA_BUNDLE

folder=$(mktemp -d)
started=()
finish() {
  for pid in "${started[@]}"; do kill "$pid" 2> /dev/null || true; done
  wait 2> /dev/null || true
  rm -rf "$folder"
}
trap finish EXIT

# A port that nobody has now.
free_port() { node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })'; }
api_port=$(free_port)
rpc_port=$(free_port)
user=root
password=$(node -e 'console.log(require("node:crypto").randomBytes(9).toString("base64url"))')

node_modules/.bin/node dist/metaltwin.js bmc serve --hosts 1 --profile "$profile" --speed 10 --user "$user" --password "$password" -o json \
  > "$folder/served.json" 2> "$folder/served.log" &
started+=("$!")

cat > "$folder/ironic.conf" << CONF
[DEFAULT]
auth_strategy = noauth
host = 127.0.0.1
rpc_transport = json-rpc
enabled_hardware_types = redfish
enabled_boot_interfaces = redfish-virtual-media
default_boot_interface = redfish-virtual-media
enabled_deploy_interfaces = ramdisk
enabled_inspect_interfaces = redfish,no-inspect
enabled_management_interfaces = redfish
enabled_power_interfaces = redfish
enabled_network_interfaces = noop
enabled_bios_interfaces = no-bios
enabled_raid_interfaces = no-raid
enabled_rescue_interfaces = no-rescue
enabled_storage_interfaces = noop
enabled_vendor_interfaces = no-vendor
enabled_console_interfaces = no-console
default_inspect_interface = redfish
state_path = $folder
pybasedir = /usr/lib/python3/dist-packages/ironic
[database]
connection = sqlite:///$folder/ironic.sqlite
[conductor]
automated_clean = False
force_power_state_during_sync = False
sync_power_state_interval = 5
[json_rpc]
auth_strategy = noauth
host_ip = 127.0.0.1
port = $rpc_port
[api]
host_ip = 127.0.0.1
port = $api_port
[oslo_concurrency]
lock_path = $folder/locks
CONF

ironic-dbsync --config-file "$folder/ironic.conf" create_schema > "$folder/dbsync.log" 2>&1
ironic-conductor --config-file "$folder/ironic.conf" > "$folder/conductor.log" 2>&1 &
started+=("$!")
ironic-api --config-file "$folder/ironic.conf" > "$folder/api.log" 2>&1 &
started+=("$!")

export OS_AUTH_TYPE=none OS_ENDPOINT=http://127.0.0.1:$api_port

fail() {
  echo "FAILED: $*"
  tail -n 20 "$folder"/*.log
  exit 1
}

# until_so SECONDS WHAT COMMAND...
until_so() {
  local seconds=$1 what=$2 end=$((SECONDS + $1))
  shift 2
  until "$@"; do
    [ "$SECONDS" -lt "$end" ] || fail "$what: not within $seconds s"
    sleep 1
  done
  echo "ok: $what"
}

of_node() { baremetal node show "$1" -f value -c "$2" 2> /dev/null; }
is() { [ "$(of_node node-1 "$1")" = "$2" ]; }
is_served() { [ -s "$folder/served.json" ]; }
conducts() { [ -n "$(baremetal conductor list -f value -c Hostname 2> /dev/null)" ]; }

until_so 30 'the host is served' is_served
field() { node -e 'const [host] = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).hosts; console.log(eval(`host.${process.argv[2]}`))' "$folder/served.json" "$1"; }
system_url=$(field systemUrl)
node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).certificate' "$folder/served.json" > "$folder/ca.pem"
witness() { ipmitool -I lanplus -C 17 -H 127.0.0.1 -p "$(field ipmi.port)" -U "$user" -P "$password" power status; }
says() { [ "$(witness)" = "Chassis Power is $1" ]; }

until_so 60 'a conductor is there' conducts
baremetal node create --name node-1 --driver redfish \
  --driver-info redfish_address="$(node -p 'new URL(process.argv[1]).origin' "$system_url")" \
  --driver-info redfish_system_id="$(node -p 'new URL(process.argv[1]).pathname' "$system_url")" \
  --driver-info redfish_username="$user" --driver-info redfish_password="$password" \
  --driver-info redfish_verify_ca="$folder/ca.pem" -f value -c uuid > /dev/null

baremetal node manage node-1
until_so 60 'managed: credentials and system are good' is provision_state manageable
until_so 30 'Ironic reads the power' is power_state 'power on'
baremetal node inspect node-1
until_so 120 'inspected' is provision_state manageable
[ -z "$(of_node node-1 last_error | grep -v None)" ] || fail "inspection: $(of_node node-1 last_error)"
echo "properties: $(of_node node-1 properties)"
baremetal node provide node-1
until_so 60 'provided' is provision_state available
baremetal node power off node-1
until_so 90 'off, says Ironic' is power_state 'power off'
until_so 5 'off, says ipmitool' says off
baremetal node power on node-1
until_so 90 'on, says Ironic' is power_state 'power on'
until_so 5 'on, says ipmitool' says on
baremetal node reboot node-1
until_so 120 'rebooted, says Ironic' is target_power_state None
until_so 30 'on, says ipmitool' says on
baremetal node boot device set node-1 pxe
[ "$(baremetal node boot device show node-1 -f value -c boot_device)" = pxe ] || fail 'the boot device is not pxe'
echo 'ok: boots from pxe next'
baremetal node power off --soft node-1
until_so 180 'off by its operating system, says Ironic' is power_state 'power off'
echo "Ironic drove a $profile controller in $SECONDS s"
