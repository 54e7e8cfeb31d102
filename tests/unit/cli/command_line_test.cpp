#include "cli/command_line.h"

#include <boost/json/parse.hpp>
#include <sstream>

#include "unit/cli/agent_socket.h"

using namespace ordertrace;

namespace {

struct Ended {
    int exit_code = 0;
    std::string output;
    std::string errors;
};

Ended ordertrace_with(const std::vector<std::string>& arguments, const std::string& jaeger = "") {
    std::istringstream input;
    std::ostringstream output;
    std::ostringstream errors;
    const int code = run_command_line(arguments, {.input = input,
                                                  .output = output,
                                                  .errors = errors,
                                                  .jaeger = jaeger,
                                                  .now = from_micros(1'795'305'600'000'000)});
    return {code, output.str(), errors.str()};
}

}  // namespace

TEST_CASE("wrong usage is one line and 64") {
    struct Row {
        const char* name;
        std::vector<std::string> arguments;
        std::string_view want;
    };
    auto row = GENERATE(values<Row>({
        {"nothing", {}, "ordertrace: A subcommand is required; see ordertrace --help\n"},
        {"an unknown command",
         {"emitt", "end"},
         "ordertrace: no command is called emitt; there are emit, run, pipe, tail, check, id, where, stuck, lost, "
         "stages and "
         "systems; "
         "see ordertrace --help\n"},
        {"emit without words",
         {"emit", "end"},
         "ordertrace emit: VERB and ORDER are missing; see ordertrace emit --help\n"},
        {"an unknown option",
         {"emit", "end", "7", "--strcit"},
         "ordertrace emit: no option is called --strcit; see ordertrace emit --help\n"},
        {"a bad address",
         {"emit", "end", "7", "--to", "here"},
         "ordertrace emit: --to here: no address of an agent; write HOST:PORT or [IPv6]:PORT, as in 127.0.0.1:4747; "
         "see ordertrace emit --help\n"},
        {"run without its options",
         {"run", "--order", "7", "--", "true"},
         "ordertrace run: --step is required; see ordertrace run --help\n"},
        {"run without --",
         {"run", "--order", "7", "--step", "s", "true"},
         "ordertrace run: the command stands behind --, as in: -- COMMAND ARGUMENT; see ordertrace run --help\n"},
        {"run with nothing behind --",
         {"run", "--order", "7", "--step", "s", "--"},
         "ordertrace run: the command stands behind --, as in: -- COMMAND ARGUMENT; see ordertrace run --help\n"},
        {"an attempt that is none",
         {"run", "--order", "7", "--step", "s", "--try", "0", "--", "true"},
         "ordertrace run: --try: Value 0 not in range 1 to 999999; see ordertrace run --help\n"},
        {"id without an order", {"id"}, "ordertrace id: one ORDER is wanted; see ordertrace id --help\n"},
        {"pipe with a word",
         {"pipe", "ord1"},
         "ordertrace pipe: nothing but options is wanted, not ord1; see ordertrace pipe --help\n"},
        {"tail without a map", {"tail", "log"}, "ordertrace tail: --map is required; see ordertrace tail --help\n"},
        {"tail without a log",
         {"tail", "--map", "m"},
         "ordertrace tail: one LOG is wanted; see ordertrace tail --help\n"},
        {"tail from nowhere",
         {"tail", "log", "--map", "m", "--from", "there"},
         "ordertrace tail: --from: there not in {start,end}; see ordertrace tail --help\n"},
        {"a sample without a map",
         {"check", "--sample", "log"},
         "ordertrace check: --sample needs --map; see ordertrace check --help\n"},
        {"a map and lines",
         {"check", "--map", "m", "ord1"},
         "ordertrace check: with --map the lines are those of --sample, not ord1; see ordertrace check --help\n"},
        {"where without an order", {"where"}, "ordertrace where: one ORDER is wanted; see ordertrace where --help\n"},
        {"where of two", {"where", "1", "2"}, "ordertrace where: one ORDER is wanted; see ordertrace where --help\n"},
        {"a word too many",
         {"stuck", "CREATED"},
         "ordertrace stuck: nothing but options is wanted, not CREATED; see ordertrace stuck --help\n"},
        {"another list's option",
         {"lost", "--stage", "CREATED"},
         "ordertrace lost: no option is called --stage; see ordertrace lost --help\n"},
        {"a board that is no URL",
         {"stages", "--board", "localhost:4750"},
         "ordertrace stages: --board: \"localhost:4750\" is no http or https URL; write http://127.0.0.1:4750\n"},
        {"id of nothing",
         {"id", ""},
         "ordertrace id: ORDER: no order; the third word is the order id (- for beat only)\n"},
    }));
    CAPTURE(row.name);
    const auto ended = ordertrace_with(row.arguments);
    CHECK(ended.exit_code == 64);
    CHECK(ended.errors == row.want);
    CHECK(ended.output.empty());
}

TEST_CASE("help and version everywhere") {
    const std::string command =
        GENERATE("", "emit", "run", "check", "id", "where", "stuck", "lost", "stages", "systems");
    std::vector<std::string> arguments;
    if (!command.empty()) arguments.push_back(command);
    arguments.emplace_back("--version");
    CHECK(ordertrace_with(arguments).output == "ordertrace 0.1.0\n");
    CHECK(ordertrace_with(arguments).exit_code == 0);
    arguments.back() = "--help";
    const auto help = ordertrace_with(arguments);
    CHECK(help.exit_code == 0);
    CHECK(help.output.find("Usage: ordertrace" + (command.empty() ? command : ' ' + command)) != std::string::npos);
    CHECK(help.errors.empty());
}

TEST_CASE("words reach the line as they were given") {
    const AgentSocket agent;
    const auto ended = ordertrace_with({"emit", "note", "run", "_a=[1,2]", "--to", agent.name(), "_b={}", "[x,y]", "--",
                                        "--dashes", ":to be", "or not"});
    CHECK(ended.exit_code == 0);
    CHECK(ended.errors.empty());
    CHECK(agent.next() == "ord1 note run _a=[1,2] _b={} [x,y] --dashes :to be or not");
    CHECK(ordertrace_with({"emit", "beat", "-", "--to", agent.name()}).exit_code == 0);
    CHECK(agent.next() == "ord1 beat -");
}

TEST_CASE("run keeps the exit code of what stands behind the dashes") {
    const AgentSocket agent;
    const auto ended = ordertrace_with({"run", "--order", "7", "--step", "s", "--to", agent.name(), "--", "sh", "-c",
                                        "test $1 = -- && exit 3", "sh", "--"});
    CHECK(ended.exit_code == 3);
}

TEST_CASE("check takes JSON, options and lines") {
    const auto ended = ordertrace_with({"check", "--system", "crm", "--namespace", "shop", "--json",
                                        R"([{"v":1,"ev":"status","order":"7","st":"A"}])"});
    CHECK(ended.exit_code == 0);
    const auto event = boost::json::parse(ended.output).at("event");
    CHECK(event.at("system") == "crm");
    CHECK(event.at("namespace") == "shop");
    CHECK(event.at("name") == "A");
}

TEST_CASE("the trace id of an order") {
    struct Row {
        const char* name;
        std::vector<std::string> arguments;
        std::string jaeger;
        std::string_view want;
    };
    auto row = GENERATE(values<Row>({
        {"in a namespace", {"id", "10042", "--namespace", "shop"}, "", "8d91de8595de911c410b46d59c175b06\n"},
        {"zeros stay", {"id", "000010042", "--namespace", "shop"}, "", "71d95bcf3b01eb03c20eb02c5a96888a\n"},
        {"cyrillic, trimmed", {"id", " ЗК-77 ", "--namespace", "shop"}, "", "a4d061ebbce5f7d4576408ea98df48ac\n"},
        {"by default", {"id", "10042"}, "", "a60d6eeacd7753a28afdabe56f446c9d\n"},
        {"with a link from the environment",
         {"id", "10042"},
         "http://jaeger:16686/",
         "a60d6eeacd7753a28afdabe56f446c9d\nhttp://jaeger:16686/trace/a60d6eeacd7753a28afdabe56f446c9d\n"},
        {"with a link of its own",
         {"id", "10042", "--jaeger", "http://j"},
         "http://jaeger:16686/",
         "a60d6eeacd7753a28afdabe56f446c9d\nhttp://j/trace/a60d6eeacd7753a28afdabe56f446c9d\n"},
        {"as JSON",
         {"id", "10042", "--json"},
         "",
         "{\"order\":\"10042\",\"namespace\":\"default\",\"trace_id\":\"a60d6eeacd7753a28afdabe56f446c9d\","
         "\"jaeger_url\":null}\n"},
    }));
    CAPTURE(row.name);
    const auto ended = ordertrace_with(row.arguments, row.jaeger);
    CHECK(ended.exit_code == 0);
    CHECK(ended.output == row.want);
}
