"""The Kubernetes folders: rendered by kustomize, judged by the schemas of Kubernetes, and their settings by the programs
that read them. No cluster is needed."""

import base64
import copy
import re
import shutil

import pytest
import yaml

from harness import AGENT, BOARD, SOURCE, run
from kubernetes_tools import complaints, objects, render

PAGE = (SOURCE / "deploy/k8s/README.md").read_text()
FOLDERS = ["board", "example"]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A copy with keys in it, made as the page says."""
    root = tmp_path_factory.mktemp("k8s")
    for name in ("k8s", "nginx"):
        shutil.copytree(SOURCE / "deploy" / name, root / "deploy" / name, ignore=shutil.ignore_patterns("secrets"))
    (commands,) = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    done = run("bash", "-euo", "pipefail", "-c", commands, cwd=root)
    assert done.returncode == 0, done.stderr
    return root / "deploy/k8s"


@pytest.fixture(scope="module")
def rendered(folders):
    return {name: render(folders / name) for name in FOLDERS}


@pytest.fixture(scope="module")
def on_host(folders):
    """The example with the other component, by changing the one line."""
    other = folders / "example-on-host"
    shutil.copytree(folders / "example", other)
    file = other / "kustomization.yaml"
    file.write_text(file.read_text().replace("../agent]", "../agent-on-host]"))
    return render(other)


def pod_of(text, kind, name):
    return objects(text)[kind, name]["spec"]["template"]["spec"]


def agent_in(pod):
    (found,) = [container for container in pod["initContainers"] if container["name"] == "ordertrace-agent"]
    return found


@pytest.mark.parametrize("name", FOLDERS)
def test_the_schemas_take_all_of_it(rendered, name, tmp_path):
    assert complaints(rendered[name], tmp_path) == ""


def test_the_schemas_take_the_journal_on_the_host(on_host, tmp_path):
    assert complaints(on_host, tmp_path) == ""


@pytest.mark.parametrize("right, wrong", [("startupProbe:", "startupProbes:"), ("failureThreshold: 120", "failureThreshold: often")])
def test_the_schemas_would_see_a_mistake(rendered, right, wrong, tmp_path):
    assert right in rendered["example"]
    assert complaints(rendered["example"].replace(right, wrong), tmp_path) != ""


def test_the_agent_is_a_native_sidecar(rendered):
    agent = agent_in(pod_of(rendered["example"], "Deployment", "online-shop"))
    assert agent["restartPolicy"] == "Always"
    assert agent["startupProbe"]["exec"]["command"] == ["ordertrace-agent", "health"]
    assert agent["securityContext"]["runAsNonRoot"] and agent["securityContext"]["readOnlyRootFilesystem"]
    assert "cpu" not in agent["resources"]["limits"]


def test_the_journal_fits_into_its_volume(rendered):
    pod = pod_of(rendered["example"], "Deployment", "online-shop")
    (journal,) = [volume for volume in pod["volumes"] if volume["name"] == "ordertrace-journal"]
    settings = yaml.safe_load(settings_of(rendered["example"], "ordertrace-agent")["agent.yaml"])
    assert journal["emptyDir"]["sizeLimit"] == "320Mi" and settings["journal"]["limit"] == "256MiB"
    mounts = {mount["mountPath"] for mount in agent_in(pod)["volumeMounts"]}
    assert settings["journal"]["directory"] in mounts


def test_one_line_adds_it_to_whatever_is_there(folders, tmp_path):
    """A workload with init containers, volumes and labels of its own keeps them, of whatever kind it is."""
    base = yaml.safe_load((folders / "example/deployment.yaml").read_text())
    pod = base["spec"]["template"]["spec"]
    pod["initContainers"] = [{"name": "migrate", "image": "shop-migrate:1"}]
    pod["volumes"] = [{"name": "data", "emptyDir": {}}]
    stateful = copy.deepcopy(base)
    stateful["kind"], stateful["metadata"]["name"] = "StatefulSet", "crm"
    stateful["spec"]["serviceName"] = "crm"
    place = folders / "more"
    place.mkdir()
    (place / "workloads.yaml").write_text(yaml.safe_dump_all([base, stateful]))
    (place / "kustomization.yaml").write_text("resources: [workloads.yaml]\ncomponents: [../agent]\n")
    text = render(place)
    assert complaints(text, tmp_path) == ""
    for kind, name in (("Deployment", "online-shop"), ("StatefulSet", "crm")):
        template = objects(text)[kind, name]["spec"]["template"]
        assert {c["name"] for c in template["spec"]["initContainers"]} == {"ordertrace-agent", "migrate"}
        assert {volume["name"] for volume in template["spec"]["volumes"]} >= {"data", "ordertrace-journal"}
        assert template["metadata"]["labels"] == {"app.kubernetes.io/name": "online-shop", "ordertrace.io/agent": "true"}


def test_on_the_host_the_journal_outlives_the_pod(on_host):
    deployment = objects(on_host)["Deployment", "online-shop"]
    pod = deployment["spec"]["template"]["spec"]
    (journal,) = [volume for volume in pod["volumes"] if volume["name"] == "ordertrace-journal"]
    assert journal == {"name": "ordertrace-journal", "hostPath": {"path": "/var/lib/ordertrace-agent", "type": "Directory"}}
    (mount,) = [mount for mount in agent_in(pod)["volumeMounts"] if mount["name"] == "ordertrace-journal"]
    assert mount["subPathExpr"] == "$(POD_NAMESPACE).$(ORDERTRACE_SYSTEM)"
    known = {variable["name"] for variable in agent_in(pod)["env"]}
    assert set(re.findall(r"\$\((\w+)\)", mount["subPathExpr"])) <= known
    assert deployment["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}


@pytest.mark.parametrize("name", FOLDERS)
def test_the_namespace_is_made_with_what_lies_in_it(rendered, name):
    known = objects(rendered[name])
    used = {item["metadata"]["namespace"] for (kind, _), item in known.items() if kind != "Namespace"}
    assert used == {full for kind, full in known if kind == "Namespace"}


def policies_for(rendered, labels, direction):
    """The policies that select a pod with these labels, which is then let do what one of them allows and nothing else."""
    found = {name: item["spec"] for (kind, name), item in objects(rendered["board"]).items() if kind == "NetworkPolicy"}
    return {name: spec for name, spec in found.items() if direction in spec["policyTypes"]
            and spec["podSelector"].get("matchLabels", {}).items() <= labels.items()}


def labels_of_the_board(rendered):
    return objects(rendered["board"])["StatefulSet", "ordertrace-board"]["spec"]["template"]["metadata"]["labels"]


@pytest.mark.parametrize("who, policy, port", [("board", "board-intake", 4751), ("jaeger", "jaeger-intake", 14268)])
def test_nothing_but_agents_comes_in(rendered, who, policy, port):
    """Every agent delivers to both, wherever it is; a pod without an agent reaches nothing in this namespace."""
    labels = labels_of_the_board(rendered) if who == "board" else {"app.kubernetes.io/name": "jaeger"}
    found = policies_for(rendered, labels, "Ingress")
    assert found.pop("default-deny") == {"podSelector": {}, "policyTypes": ["Ingress"]} and set(found) == {policy}
    (rule,) = found[policy]["ingress"]
    of_agents = objects(rendered["example"])["Deployment", "online-shop"]["spec"]["template"]["metadata"]["labels"]
    (sender,) = rule["from"]
    assert sender["namespaceSelector"] == {} and sender["podSelector"]["matchLabels"] == {"ordertrace.io/agent": "true"}
    assert sender["podSelector"]["matchLabels"].items() <= of_agents.items() and rule["ports"] == [{"port": port, "protocol": "TCP"}]
    assert f".ordertrace.svc:{port}/" in settings_of(rendered["example"], "ordertrace-agent")["agent.yaml"]


def test_what_may_go_out(rendered):
    """Of the board's pod names and deliveries; of Jaeger whatever it needs, which is not known here."""
    found = policies_for(rendered, labels_of_the_board(rendered), "Egress")
    assert set(found) == {"agent-delivery"}
    assert sorted(port["port"] for rule in found["agent-delivery"]["egress"] for port in rule["ports"]) == [53, 53, 4751, 14268]
    assert policies_for(rendered, {"app.kubernetes.io/name": "jaeger"}, "Egress") == {}


def test_the_certificate_of_the_trial_has_the_names_that_agents_look_for(folders, rendered):
    agent = yaml.safe_load(settings_of(rendered["example"], "ordertrace-agent")["agent.yaml"])
    hosts = {re.fullmatch(r"https://(.+):\d+/api/traces", url).group(1) for to in agent["export"] for url in to["url"]}
    assert hosts == {"jaeger-collector.ordertrace.svc", "ordertrace-board.ordertrace.svc"}
    for host in hosts:
        done = run("openssl", "x509", "-noout", "-checkhost", host, "-in", folders / "board/secrets/intake.crt")
        assert "does match" in done.stdout, done.stdout


def test_pods_of_the_board_are_restricted(rendered):
    """As the namespace asks for: Pod Security `restricted`."""
    pod = pod_of(rendered["board"], "StatefulSet", "ordertrace-board")
    assert pod["securityContext"]["runAsNonRoot"] and pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in pod["containers"] + pod["initContainers"]:
        context = container["securityContext"]
        assert context["allowPrivilegeEscalation"] is False and context["capabilities"] == {"drop": ["ALL"]}
    assert all(set(volume) <= {"name", "configMap", "secret", "emptyDir"} for volume in pod["volumes"])


def settings_of(text, name):
    (found,) = [item["data"] for (kind, full), item in objects(text).items() if kind == "ConfigMap" and re.fullmatch(rf"{name}-\w+", full)]
    return found


def mounted(text, name, directory):
    """The settings, with the files of the Secrets where they are mounted."""
    for (kind, _), item in objects(text).items():
        for file, content in item["data"].items() if kind == "Secret" else []:
            (directory / file).write_bytes(base64.b64decode(content))
    for file, settings in settings_of(text, f"ordertrace-{name}").items():
        (directory / file).write_text(settings.replace("/etc/ordertrace-tls", str(directory)))
    return directory / f"{name}.yaml"


OF_A_POD = {"ORDERTRACE_SYSTEM": "online-shop", "ORDERTRACE_ORIGIN": "", "POD_NAMESPACE": "shop", "POD_NAME": "online-shop-1"}


@pytest.mark.parametrize("folder, program, name", [("example", AGENT, "agent"), ("board", BOARD, "board")])
def test_the_programs_take_their_settings(rendered, folder, program, name, tmp_path):
    done = run(program, "check", "--config", mounted(rendered[folder], name, tmp_path), env=OF_A_POD)
    assert done.returncode == 0, done.stderr
    agent = agent_in(pod_of(rendered["example"], "Deployment", "online-shop"))
    assert set(OF_A_POD) == {variable["name"] for variable in agent["env"]}


def test_the_annotation_says_where_orders_begin(rendered, tmp_path):
    """Kubernetes gives an empty value for an annotation that is not there."""
    template = objects(rendered["example"])["Deployment", "online-shop"]["spec"]["template"]
    (source,) = [v["valueFrom"] for v in agent_in(template["spec"])["env"] if v["name"] == "ORDERTRACE_ORIGIN"]
    annotation = re.fullmatch(r"metadata\.annotations\['(.+)'\]", source["fieldRef"]["fieldPath"]).group(1)
    settings = mounted(rendered["example"], "agent", tmp_path)
    for value, origin in ((template["metadata"]["annotations"][annotation], True), ("", False)):
        shown = run(AGENT, "show-config", "--config", settings, env=OF_A_POD | {"ORDERTRACE_ORIGIN": value})
        assert shown.returncode == 0, shown.stderr
        assert yaml.safe_load(shown.stdout)["order"]["origin"] is origin


@pytest.mark.parametrize("folder, kind, workload, container, settings", [
    ("example", "Deployment", "online-shop", "ordertrace-agent", "agent.yaml"),
    ("board", "StatefulSet", "ordertrace-board", "board", "board.yaml")])
def test_keys_are_mounted_where_the_settings_look(rendered, folder, kind, workload, container, settings):
    """Every key that the settings name is in the Secret that the container mounts there."""
    known, pod = objects(rendered[folder]), pod_of(rendered[folder], kind, workload)
    (text,) = [item["data"][settings] for (kind, _), item in known.items() if kind == "ConfigMap" and settings in item["data"]]
    (mounts,) = [c["volumeMounts"] for c in pod["containers"] + pod["initContainers"] if c["name"] == container]
    (volume,) = [mount["name"] for mount in mounts if mount["mountPath"] == "/etc/ordertrace-tls"]
    (secret,) = [v["secret"]["secretName"] for v in pod["volumes"] if v["name"] == volume]
    named = re.findall(r"/etc/ordertrace-tls/([\w.-]+)", text)
    assert named and set(named) == set(known["Secret", secret]["data"])


def test_the_lifecycle_is_the_one_that_ships():
    copied = SOURCE / "deploy/k8s/board/settings/lifecycle.yaml"  # kustomize reads nothing outside its folder
    assert copied.read_text() == (SOURCE / "config/lifecycle.yaml").read_text(), "copy config/lifecycle.yaml there"


def test_no_secret_is_in_the_repository():
    done = run("git", "ls-files", "--cached", "--others", "--exclude-standard", "deploy", cwd=SOURCE)
    if done.returncode == 0:  # an unpacked archive has no git
        assert not [name for name in done.stdout.split() if "/secrets/" in name or name.endswith((".key", ".crt"))]
