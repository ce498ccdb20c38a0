#!/usr/bin/env bash
# Debian's own Ironic against the served hosts, by Redfish or by IPMI (cipher suites 17 and 3): enrols a node and takes it through manage,
# inspect (Redfish), provide, power off, on, reboot, soft off and boot device. The other protocol confirms each. Everything is in a folder of
# its own and on loopback, and ends with the script. Not part of CI, since it takes a minute and many packages.
#
# Needs: apt-get install --no-install-recommends ironic-api ironic-conductor python3-ironicclient ipmitool curl
# Usage: test/clients/ironic.sh [PROFILE] [redfish|ipmi]
set -euo pipefail
cd "$(dirname "$0")/../.."
profile=${1:-generic}
protocol=${2:-redfish}
case $protocol in redfish | ipmi) ;; *) echo "no protocol of Ironic's here: $protocol (redfish or ipmi)"; exit 2 ;; esac

for program in ironic-dbsync ironic-conductor ironic-api baremetal ipmitool curl; do
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
enabled_hardware_types = redfish,ipmi
enabled_boot_interfaces = redfish-virtual-media,pxe
enabled_deploy_interfaces = ramdisk
enabled_inspect_interfaces = redfish,no-inspect
enabled_management_interfaces = redfish,ipmitool
enabled_power_interfaces = redfish,ipmitool
enabled_network_interfaces = noop
enabled_bios_interfaces = no-bios
enabled_raid_interfaces = no-raid
enabled_rescue_interfaces = no-rescue
enabled_storage_interfaces = noop
enabled_vendor_interfaces = no-vendor
enabled_console_interfaces = no-console
state_path = $folder
pybasedir = /usr/lib/python3/dist-packages/ironic
[database]
connection = sqlite:///$folder/ironic.sqlite
[conductor]
automated_clean = False
force_power_state_during_sync = False
sync_power_state_interval = 5
[ipmi]
# Hardware gets five seconds between two calls of ipmitool.
min_command_interval = 1
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
ipmi_port=$(field ipmi.port)
node -p 'JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")).certificate' "$folder/served.json" > "$folder/ca.pem"
by_ipmi() { ipmitool -I lanplus -C 17 -H 127.0.0.1 -p "$ipmi_port" -U "$user" -P "$password" "$@"; }
# A property of the system, by its path.
by_redfish() { curl -s --cacert "$folder/ca.pem" -u "$user:$password" "$system_url" | node -p "JSON.parse(require('node:fs').readFileSync(0, 'utf8')).$1"; }
# What the protocol that Ironic does not speak says of power and of the next boot.
power_seen() { if [ "$protocol" = redfish ]; then by_ipmi power status | sed 's/.* //'; else by_redfish PowerState | tr '[:upper:]' '[:lower:]'; fi; }
boot_seen() { if [ "$protocol" = redfish ]; then by_ipmi chassis bootparam get 5 | sed -n 's/.*Boot Device Selector : Force //p'; else by_redfish Boot.BootSourceOverrideTarget; fi; }
power_is() { [ "$(power_seen)" = "$1" ]; }
boots_from_network() { [ "$(boot_seen | tr '[:upper:]' '[:lower:]')" = pxe ]; }

until_so 60 'a conductor is there' conducts
if [ "$protocol" = redfish ]; then
  access=(--driver redfish --boot-interface redfish-virtual-media --inspect-interface redfish
    --driver-info redfish_address="$(node -p 'new URL(process.argv[1]).origin' "$system_url")"
    --driver-info redfish_system_id="$(node -p 'new URL(process.argv[1]).pathname' "$system_url")"
    --driver-info redfish_username="$user" --driver-info redfish_password="$password"
    --driver-info redfish_verify_ca="$folder/ca.pem")
else
  access=(--driver ipmi --boot-interface pxe --inspect-interface no-inspect
    --driver-info ipmi_address=127.0.0.1 --driver-info ipmi_port="$ipmi_port"
    --driver-info ipmi_username="$user" --driver-info ipmi_password="$password" --driver-info ipmi_cipher_suite=17)
fi
baremetal node create --name node-1 "${access[@]}" -f value -c uuid > /dev/null

baremetal node manage node-1
until_so 60 'managed: credentials and system are good' is provision_state manageable
until_so 30 'Ironic reads the power' is power_state 'power on'
if [ "$protocol" = redfish ]; then
  baremetal node inspect node-1
  until_so 120 'inspected' is provision_state manageable
  [ -z "$(of_node node-1 last_error | grep -v None)" ] || fail "inspection: $(of_node node-1 last_error)"
  echo "properties: $(of_node node-1 properties)"
fi
baremetal node provide node-1
until_so 60 'provided' is provision_state available

# off_and_on SAYING
off_and_on() {
  baremetal node power off node-1
  until_so 90 "off$1, says Ironic" is power_state 'power off'
  until_so 5 'off, says the other protocol' power_is off
  baremetal node power on node-1
  until_so 90 "on$1, says Ironic" is power_state 'power on'
  until_so 5 'on, says the other protocol' power_is on
}
off_and_on ''
if [ "$protocol" = ipmi ]; then
  baremetal node set node-1 --driver-info ipmi_cipher_suite=3
  off_and_on ' by cipher suite 3'
fi
baremetal node reboot node-1
until_so 120 'rebooted, says Ironic' is target_power_state None
until_so 30 'on, says the other protocol' power_is on
baremetal node boot device set node-1 pxe
[ "$(baremetal node boot device show node-1 -f value -c boot_device)" = pxe ] || fail 'the boot device is not pxe'
# Ten times as fast as the clock, flags that expire would be over after six seconds.
[ "$protocol" = redfish ] || sleep 7
until_so 5 'boots from the network next, says the other protocol' boots_from_network
baremetal node power off --soft node-1
until_so 180 'off by its operating system, says Ironic' is power_state 'power off'
until_so 5 'off, says the other protocol' power_is off
echo "Ironic drove a $profile controller by $protocol in $SECONDS s"
