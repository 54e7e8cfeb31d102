#include "cli/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <istream>
#include <memory>
#include <ostream>

#include "cli/check_command.h"
#include "cli/emit_command.h"
#include "cli/exit_code.h"
#include "cli/id_command.h"
#include "cli/pipe_command.h"
#include "cli/questions.h"
#include "cli/run_command.h"
#include "cli/sample_check.h"
#include "cli/tail_command.h"

namespace ordertrace {
namespace {

// Words that are no options never go through CLI11, which would take some apart: `[a,b]` and `{}` are lists to it.
struct Words {
    std::vector<std::string> free;   // in order, those behind `--` last
    std::vector<std::string> after;  // behind `--`
};

// Shows the words a command takes, which CLI11 does not know of.
class UsageFormatter : public CLI::Formatter {
public:
    explicit UsageFormatter(std::string usage) : usage_{std::move(usage)} {}
    std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
        return "Usage: " + usage_ + '\n';
    }

private:
    std::string usage_;
};

class CommandLine {
public:
    explicit CommandLine(const Surroundings& around) : around_{around} {
        app_.set_version_flag("--version", "ordertrace " ORDERTRACE_VERSION);
        app_.require_subcommand(1);
        set_up_emit();
        set_up_run();
        set_up_pipe();
        set_up_tail();
        set_up_check();
        set_up_id();
        set_up_questions();
    }

    int run(std::vector<std::string> arguments) {
        Words words;
        const auto dashes = std::find(arguments.begin(), arguments.end(), "--");
        if (dashes != arguments.end()) words.after.assign(dashes + 1, arguments.end());
        arguments.erase(dashes, arguments.end());
        std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
        try {
            app_.parse(arguments);
        } catch (const CLI::Success& wanted) {  // help or version
            return app_.exit(wanted, around_.output, around_.errors);
        } catch (const CLI::ParseError& error) {
            const auto strange = app_.get_subcommands().empty() ? app_.remaining() : std::vector<std::string>{};
            return wrong(
                strange.empty()
                    ? error.what()
                    : "no command is called " + strange[0] +
                          "; there are emit, run, pipe, tail, check, id, where, stuck, lost, stages and systems");
        }
        words.free = command().remaining();
        for (const auto& word : words.free)
            if (word.size() > 1 && word[0] == '-') return wrong("no option is called " + word);
        words.free.insert(words.free.end(), words.after.begin(), words.after.end());
        return dispatch(words);
    }

private:
    CLI::App& add(const char* name, const char* what, const char* usage) {
        auto& command = *app_.add_subcommand(name, what);
        command.formatter(std::make_shared<UsageFormatter>(usage));
        command.set_version_flag("--version", "ordertrace " ORDERTRACE_VERSION);
        command.allow_extras();
        return command;
    }
    void add_agent(CLI::App& command) {
        command.add_option("--to", agent_, "The agent, HOST:PORT")->capture_default_str();
    }
    void add_namespace(CLI::App& command, std::string& name_space) {
        command.add_option("--namespace", name_space, "The namespace the order belongs to")->capture_default_str();
    }

    void set_up_emit() {
        auto& command = add("emit", "Sends one event to the agent; exit code 0 whatever becomes of it",
                            "ordertrace emit VERB ORDER [KEY=VALUE...] [:NOTE] [--to HOST:PORT] [--strict]");
        add_agent(command);
        command.add_flag("--strict", emit_.strict, "64 if the line is not understood, 69 if the agent is not there");
    }
    void set_up_run() {
        auto& command = add("run", "Runs a command as a step of an order and ends with its exit code",
                            "ordertrace run --order ID --step NAME [--try N] [--to HOST:PORT] -- COMMAND...");
        add_agent(command);
        command.add_option("--order", run_.order, "The order id")->required();
        command.add_option("--step", run_.step, "The step's name")->required();
        command.add_option("--try", run_.attempt, "Which attempt this is")->check(CLI::Range(1, 999'999));
    }
    void add_door(CLI::App& command) {
        command.add_option("--to", agent_, "The agent: HOST:PORT for UDP; http://HOST:PORT confirms each event")
            ->capture_default_str();
    }
    void set_up_pipe() {
        auto& command = add("pipe", "Makes the lines of its input events; waits while the agent is away",
                            "ordertrace pipe [--map FILE] [--to HOST:PORT | --to http://HOST:PORT]");
        add_door(command);
        command.add_option("--map", pipe_.map, "What the lines mean; else they are events as they are");
    }
    void set_up_tail() {
        auto& command = add("tail", "Makes the lines of a growing, rotating log events, each once",
                            "ordertrace tail LOG --map FILE [--to HOST:PORT | --to http://HOST:PORT] [--state FILE] "
                            "[--from start|end]");
        add_door(command);
        command.add_option("--map", tail_.map, "What the lines mean")->required();
        command.add_option("--state", tail_.state, "Where it keeps how far it came; else LOG.ordertrace");
        command.add_option("--from", tail_.from, "Where the first start begins in what is there")
            ->check(CLI::IsMember({"start", "end"}))
            ->capture_default_str();
    }
    void set_up_check() {
        auto& command =
            add("check", "Says what lines mean; 1 if one is rejected. Without LINE reads them from the input",
                "ordertrace check [LINE... | --map FILE [--sample LOG]] [--system NAME] [--namespace NS] [--json]");
        command.add_option("--map", sample_.map, "Is the map right? 78 if not");
        command.add_option("--sample", sample_.sample, "With --map: what it makes of each line; 1 if of none an event");
        command.add_option("--system", check_.agent.system, "The system the agent speaks for")->capture_default_str();
        add_namespace(command, check_.agent.name_space);
        command.add_flag("--json", check_.json, "One JSON object a line");
    }
    void set_up_id() {
        auto& command = add("id", "Says the trace id of an order, and the link to Jaeger if its URL is known",
                            "ordertrace id ORDER [--namespace NS] [--jaeger URL] [--json]");
        id_.jaeger = around_.jaeger;
        add_namespace(command, id_.name_space);
        command.add_option("--jaeger", id_.jaeger, "URL of Jaeger's pages; else the environment's ORDERTRACE_JAEGER");
        command.add_flag("--json", id_.json, "One JSON object");
    }

    CLI::App& add_question(const char* name, const char* what, const std::string& words) {
        const auto usage = "ordertrace " + std::string{name} + words +
                           " [--json] [--board URL] [--user NAME --password-file FILE] [--ca FILE]";
        auto& command = add(name, what, usage.c_str());
        command.add_flag("--json", question_.json, "The board's own JSON document");
        command.add_option("--board", question_.board.url, "The board's URL; else the environment's ORDERTRACE_BOARD")
            ->capture_default_str();
        command.add_option("--user", question_.board.user, "Who asks, where the board wants to know");
        command.add_option("--password-file", question_.board.password_file, "The password, in the file's first line");
        command.add_option("--ca", question_.board.ca_file, "Authority of an https board's certificate, a PEM file");
        return command;
    }
    void set_up_questions() {
        if (!around_.board.empty()) question_.board.url = around_.board;
        question_.board.language = around_.locale.starts_with("ru") ? "ru" : "en";
        question_.colours = around_.colours;
        add_question("where", "Says where an order is and whose turn it is; 1 if it is stuck or unknown", " ORDER");
        auto& stuck = add_question("stuck", "Lists the orders that are stuck, the worst first; 1 if there are any",
                                   " [--stage STAGE] [--older 4h]");
        stuck.add_option("--stage", question_.stage, "Only those in this stage");
        stuck.add_option("--older", question_.older, "Only those that are so for longer, as in 30m, 4h or 2d");
        auto& lost =
            add_question("lost", "Lists the orders lost between two systems; 1 if there are any", " [--edge FROM:TO]");
        lost.add_option("--edge", question_.edge, "Only between these two, as in mes:crm or 'mes>crm'");
        add_question("stages", "Counts the orders in each stage, and says how long stages and steps take", "");
        add_question("systems", "Says when each system was last heard of, and what was lost of it", "");
    }

    CLI::App& command() { return *app_.get_subcommands().front(); }

    int dispatch(const Words& words) {
        const auto name = command().get_name();
        if (name == "emit") return emit(words);
        if (name == "run") return run_step(words);
        if (name == "id") return show_id(words);
        if (name == "pipe") return pipe(words);
        if (name == "tail") return tail(words);
        return name == "check" ? check(words) : ask(name, words);
    }

    int check(const Words& words) {
        if (sample_.map.empty()) {
            if (!sample_.sample.empty()) return wrong("--sample needs --map");
            check_.lines = words.free;
            return check_command(check_, around_.now, around_.input, around_.output, around_.errors);
        }
        if (!words.free.empty()) return wrong("with --map the lines are those of --sample, not " + words.free[0]);
        sample_.agent = check_.agent;
        sample_.json = check_.json;
        return check_sample(sample_, around_.now, around_.output, around_.errors);
    }

    int pipe(const Words& words) {
        if (!words.free.empty()) return wrong("nothing but options is wanted, not " + words.free[0]);
        auto agent = read_door_address(agent_);
        if (!agent) return wrong(agent.error().message);
        pipe_.agent = std::move(*agent);
        return pipe_command(pipe_, around_.errors);
    }

    int tail(const Words& words) {
        if (words.free.size() != 1) return wrong("one LOG is wanted");
        auto agent = read_door_address(agent_);
        if (!agent) return wrong(agent.error().message);
        tail_.agent = std::move(*agent);
        tail_.log = words.free[0];
        return tail_command(tail_, around_.errors);
    }

    int emit(const Words& words) {
        if (words.free.size() < 2) return wrong("VERB and ORDER are missing");
        const auto agent = read_agent_address(agent_);
        if (!agent) return wrong(agent.error().message);
        emit_.agent = *agent;
        emit_.verb = words.free[0];
        emit_.order = words.free[1];
        emit_.words.assign(words.free.begin() + 2, words.free.end());
        return emit_command(emit_, around_.now, around_.errors);
    }

    int run_step(const Words& words) {
        if (words.after.empty() || words.free.size() != words.after.size())
            return wrong("the command stands behind --, as in: -- COMMAND ARGUMENT");
        const auto agent = read_agent_address(agent_);
        if (!agent) return wrong(agent.error().message);
        run_.agent = *agent;
        run_.command = words.after;
        return run_command(run_, around_.errors);
    }

    int show_id(const Words& words) {
        if (words.free.size() != 1) return wrong("one ORDER is wanted");
        id_.order = words.free[0];
        return id_command(id_, around_.output, around_.errors);
    }

    int ask(const std::string& name, const Words& words) {
        const std::size_t wanted = name == "where" ? 1 : 0;
        if (words.free.size() != wanted)
            return wrong(wanted == 1 ? "one ORDER is wanted" : "nothing but options is wanted, not " + words.free[0]);
        if (wanted == 1) question_.order = words.free[0];
        return question_command(name, question_, around_.output, around_.errors);
    }

    int wrong(const std::string& what) {
        const auto commands = app_.get_subcommands();
        const auto name = commands.empty() ? "ordertrace" : "ordertrace " + command().get_name();
        around_.errors << name << ": " << what << "; see " << name << " --help\n";
        return exit_code::usage;
    }

    const Surroundings& around_;
    CLI::App app_{"Tells what happens to orders, and asks about them.", "ordertrace"};
    std::string agent_{default_agent};
    EmitOptions emit_;
    RunOptions run_;
    PipeOptions pipe_;
    TailOptions tail_;
    CheckOptions check_;
    SampleCheck sample_;
    IdOptions id_;
    QuestionOptions question_;
};

}  // namespace

int run_command_line(const std::vector<std::string>& arguments, const Surroundings& surroundings) {
    return CommandLine{surroundings}.run(arguments);
}

}  // namespace ordertrace
