#include "cli/emit_command.h"

#include <sstream>

#include "unit/cli/agent_socket.h"

using namespace ordertrace;

namespace {

const TimePoint now = from_micros(1'795'305'600'000'000);

struct Emitted {
    int exit_code = 0;
    std::string errors;
};

Emitted emit(const AgentAddress& agent, bool strict, const std::string& verb, const std::string& order,
             const std::vector<std::string>& words) {
    std::ostringstream errors;
    const int code =
        emit_command({.verb = verb, .order = order, .words = words, .agent = agent, .strict = strict}, now, errors);
    return {code, errors.str()};
}

}  // namespace

TEST_CASE("an event goes to the agent as one line") {
    const AgentSocket agent;
    const bool strict = GENERATE(false, true);
    const auto emitted = emit(agent.address(), strict, "end", "10042", {"step=push_to_crm", "res=fail", ":no answer"});
    CHECK(emitted.exit_code == 0);
    CHECK(emitted.errors.empty());
    CHECK(agent.next() == "ord1 end 10042 step=push_to_crm res=fail :no answer");
}

TEST_CASE("strict refuses a line that says less than was meant, and sends nothing") {
    struct Row {
        const char* name;
        const char* verb;
        const char* order;
        std::vector<std::string> words;
        std::string_view want;
    };
    auto row = GENERATE(values<Row>({
        {"no order",
         "end",
         "",
         {"step=x"},
         "ordertrace emit: rejected (order): no order; the third word is the order id (- for beat only)\n"
         "  ord1 end \"\" step=x\n"
         "           ^\n"},
        {"an unknown verb",
         "finish",
         "7",
         {},
         "ordertrace emit: the verb is unknown, or lacks what it must have; see ordertrace check\n"},
        {"a step without its name",
         "end",
         "7",
         {"rc=0"},
         "ordertrace emit: the verb is unknown, or lacks what it must have; see ordertrace check\n"},
        {"an unreadable duration", "span", "7", {"step=x", "dur=soon"}, "ordertrace emit: not understood: dur=soon\n"},
    }));
    CAPTURE(row.name);
    const AgentSocket agent;
    const auto emitted = emit(agent.address(), true, row.verb, row.order, row.words);
    CHECK(emitted.exit_code == 64);
    CHECK(emitted.errors == row.want);
    CHECK(agent.next() == "nothing");
    CHECK(emit(agent.address(), false, row.verb, row.order, row.words).exit_code == 0);
    CHECK(agent.next() != "nothing");
}

TEST_CASE("strict refuses a line over the limits") {
    const AgentSocket agent;
    const auto emitted = emit(agent.address(), true, "note", "7", {":" + std::string(5000, 'x')});
    CHECK(emitted.exit_code == 64);
    CHECK(emitted.errors == "ordertrace emit: over the limits of the protocol: something was left out\n");
}

TEST_CASE("an agent that is not there matters to the strict alone") {
    AgentSocket agent;
    const auto address = agent.address();
    const auto name = agent.name();
    agent.close();
    CHECK(emit(address, false, "beat", "-", {}).exit_code == 0);
    const auto emitted = emit(address, true, "beat", "-", {});
    CHECK(emitted.exit_code == 69);
    CHECK(emitted.errors ==
          "ordertrace emit: " + name + ": Connection refused; is the agent running and listening there?\n");
}
