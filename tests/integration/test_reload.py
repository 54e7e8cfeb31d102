"""SIGHUP: a whole and valid file is put in force and what changed is said; a bad one changes nothing."""

import signal

from harness import Agent, destination, wait_for


def reload(agent, successful):
    before = agent.scrape().get("ordertrace_config_last_reload_timestamp_seconds")
    log = len(agent.log)
    agent.write_config()
    agent.send_signal(signal.SIGHUP)
    wait_for(lambda: f"the reload is over:\n{agent.log}",
             lambda: len(agent.log) > log and agent.scrape().get("ordertrace_config_last_reload_successful") == successful)
    assert agent.scrape().get("ordertrace_config_last_reload_timestamp_seconds") >= before
    return wait_for("the log says something", lambda: agent.log[log:])


def test_another_url_is_used_at_once(tmp_path, collector, down):
    agent = Agent(tmp_path, {"jaeger": down.url}).start()
    agent.send_and_see("ord1 span R-1 step=load us=5")
    wait_for("it was tried", lambda: agent.scrape().sum("ordertrace_export_requests_total", to="jaeger") >= 1)
    agent.config["export"] = [destination("jaeger", collector.url)]
    said = reload(agent, 1)
    assert "url" in said and collector.url in said, said
    agent.wait_delivered()
    assert collector.bulk_count() == 1
    agent.stop()


def test_settings_of_steps_and_tags_change_for_new_spans(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}, steps={"marker_after": "1h"}).start()
    agent.send_and_see("ord1 start R-1 step=a")
    agent.config["steps"] = {"marker_after": "100ms"}
    said = reload(agent, 1)
    assert "marker_after" in said, said
    wait_for("the marker comes by the new limit", lambda: collector.find(record="started"))
    agent.stop()


def test_what_needs_a_restart_is_said_and_left_alone(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    agent.config["system"] = "crm"
    said = reload(agent, 1)
    assert "restart" in said and "system" in said, said
    agent.send_and_see("ord1 status A1 st=CUT")
    agent.wait_delivered()
    assert collector.only(record="status").service == "mes"
    agent.stop()


def test_a_bad_file_changes_nothing(tmp_path, collector, down):
    agent = Agent(tmp_path, {"jaeger": collector.url}).start()
    agent.config["export"] = [destination("jaeger", down.url, batch={"max_spams": 1})]
    said = reload(agent, 0)
    assert str(agent.config_file) in said and "max_spams" in said and "max_spans" in said, said
    agent.send_and_see("ord1 status A1 st=CUT")
    agent.wait_delivered()
    assert collector.only(record="status")
    agent.config["export"] = [destination("jaeger", collector.url)]
    reload(agent, 1)
    agent.config_file.unlink()
    log = len(agent.log)
    agent.send_signal(signal.SIGHUP)
    wait_for("the missing file is said", lambda: str(agent.config_file) in agent.log[log:])
    agent.stop()
