"""Sockets handed over at the start, as systemd does: nothing is lost while nobody runs."""

import socket

from harness import Agent, bound_udp_socket, wait_for


def test_what_came_while_the_agent_was_away_is_read(tmp_path, collector):
    held = bound_udp_socket()
    agent = Agent(tmp_path, {"jaeger": collector.url}, sockets=[held])
    agent.send(*[f"ord1 span L-{n} step=load us=5" for n in range(50)])
    agent.start()
    wait_for("all came", lambda: collector.bulk_count() == 50)
    agent.stop()
    agent.send(*[f"ord1 span L-{n} step=load us=5" for n in range(50, 100)])
    agent.start()
    wait_for("all came", lambda: collector.bulk_count() == 100)
    agent.send_signal(9)
    agent.wait()
    agent.send(*[f"ord1 span L-{n} step=load us=5" for n in range(100, 150)])
    agent.start()
    wait_for("all came", lambda: collector.bulk_count() == 150)
    last = agent.stop()
    assert last.datagrams == 150 and last.lost_in_kernel == 0
    held.close()


def test_a_socket_belongs_to_the_listener_with_its_address(tmp_path, collector):
    first, second = bound_udp_socket(), bound_udp_socket()
    agent = Agent(tmp_path, {"jaeger": collector.url}, sockets=[first, second])
    agent.config["listen"] = [{"udp": f"127.0.0.1:{second.getsockname()[1]}", "systems": ["crm"]},
                              {"udp": f"127.0.0.1:{first.getsockname()[1]}", "systems": ["cnc"]}]
    agent.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for held, system in ((first, "cnc"), (second, "crm")):
            out.sendto(f"ord1 status A1 st=CUT sys={system}".encode(), held.getsockname())
    wait_for("both came", lambda: len(collector.find(record="status")) == 2)
    assert sorted(s.service for s in collector.find(record="status")) == ["cnc", "crm"]
    agent.stop()
    first.close()
    second.close()


def test_several_listeners_and_both_families(tmp_path, collector):
    agent = Agent(tmp_path, {"jaeger": collector.url}, order={"strip_leading_zeros": True})
    agent.config["listen"].append({"udp": f"[::1]:{agent.udp_port}", "charset": "windows-1251"})
    agent.start()
    agent.send("ord1 status 0010042 st=ЗАКАЗ")
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as out:
        out.sendto("ord1 status 0010042 st=ЗАКАЗАН".encode("cp1251"), ("::1", agent.udp_port))
    wait_for("both came", lambda: len(collector.find(record="status")) == 2)
    assert {s.value("order.status") for s in collector.find()} == {"ЗАКАЗ", "ЗАКАЗАН"}
    assert {s.value("order.id") for s in collector.find()} == {"10042"}
    agent.stop()
