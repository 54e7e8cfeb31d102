#include "cli/run_command.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "unit/cli/agent_socket.h"

using namespace ordertrace;

namespace {

struct Ran {
    int exit_code = 0;
    std::string errors;
};

Ran run(const AgentAddress& agent, const std::vector<std::string>& command,
        std::optional<std::uint32_t> attempt = std::nullopt) {
    std::ostringstream errors;
    const int code = run_command(
        {.order = "10042", .step = "load file", .attempt = attempt, .agent = agent, .command = command}, errors);
    return {code, errors.str()};
}

// Both times as written, the line without them as T.
std::string without_times(const std::string& line) { return std::regex_replace(line, std::regex{"=\\d{16}"}, "=T"); }

}  // namespace

TEST_CASE("a command is a step with its exit code") {
    struct Row {
        const char* name;
        std::vector<std::string> command;
        int exit_code;
        const char* end;
    };
    auto row = GENERATE(values<Row>({
        {"fine", {"true"}, 0, "rc=0"},
        {"a code of its own", {"sh", "-c", "exit 3"}, 3, "rc=3"},
        {"killed", {"sh", "-c", "kill -TERM $$"}, 143, "res=fail err=\"killed by signal 15 (SIGTERM)\""},
        {"arguments as they are",
         {"sh", "-c", "test \"$1\" = '[a,b]' -a \"$2\" = '{}'", "sh", "[a,b]", "{}"},
         0,
         "rc=0"},
    }));
    CAPTURE(row.name);
    const AgentSocket agent;
    const auto ran = run(agent.address(), row.command, 2);
    CHECK(ran.exit_code == row.exit_code);
    CHECK(ran.errors.empty());
    const auto start = agent.next();
    const auto end = agent.next();
    CHECK(without_times(start) == "ord1 start 10042 step=\"load file\" try=2 t=T");
    CHECK(without_times(end) == "ord1 end 10042 step=\"load file\" try=2 " + std::string{row.end} + " start=T t=T");
    CHECK(end.find("start=" + start.substr(start.size() - 16)) != std::string::npos);
    CHECK(end.substr(end.size() - 16) >= start.substr(start.size() - 16));
    CHECK(agent.next() == "nothing");
}

TEST_CASE("what cannot be executed ends as shells have it") {
    const AgentSocket agent;
    const auto missing = run(agent.address(), {"no-such-program"});
    CHECK(missing.exit_code == 127);
    CHECK(missing.errors ==
          "ordertrace run: cannot execute no-such-program: No such file or directory; check its name, PATH and "
          "permissions\n");
    CHECK(without_times(agent.next()) == "ord1 start 10042 step=\"load file\" t=T");
    CHECK(without_times(agent.next()) ==
          "ord1 end 10042 step=\"load file\" rc=127 err=\"cannot execute no-such-program: No such file or directory\" "
          "start=T t=T");
    const auto directory = run(agent.address(), {"/tmp"});
    CHECK(directory.exit_code == 126);
    CHECK(directory.errors ==
          "ordertrace run: cannot execute /tmp: Permission denied; check its name, PATH and permissions\n");
}

TEST_CASE("a script without its first line is the shell's, wherever it is found") {
    const AgentSocket agent;
    std::string folder = "/tmp/run_command_test.XXXXXX";
    REQUIRE(::mkdtemp(folder.data()) != nullptr);
    const auto script = folder + "/export-orders";
    std::ofstream{script} << "test \"$1\" = '[a b]' && exit 3\n";
    REQUIRE(::chmod(script.c_str(), 0755) == 0);
    const std::string path = std::getenv("PATH");
    ::setenv("PATH", (folder + ':' + path).c_str(), 1);
    for (const auto& name : {script, std::string{"export-orders"}}) {
        const auto ran = run(agent.address(), {name, "[a b]"});
        CHECK(ran.exit_code == 3);
        CHECK(ran.errors.empty());
    }
    ::setenv("PATH", path.c_str(), 1);
    std::filesystem::remove_all(folder);
}

TEST_CASE("the command matters, not the agent") {
    AgentSocket agent;
    const auto address = agent.address();
    agent.close();
    CHECK(run(address, {"sh", "-c", "exit 5"}).exit_code == 5);
    CHECK(run({"256.256.256.256.", "1"}, {"sh", "-c", "exit 6"}).exit_code == 6);
}

TEST_CASE("signals are handed on to the command") {
    const int signal = GENERATE(SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH);
    const AgentSocket agent;
    std::array<int, 2> ready{};
    REQUIRE(::pipe(ready.data()) == 0);
    const pid_t runner = ::fork();
    if (runner == 0) {
        ::signal(signal, SIG_DFL);  // under nohup it came ignored, and a shell cannot trap what it got so
        const auto descriptor = std::to_string(ready[1]);
        // The command says that it runs, then waits for its signal.
        const std::string script =
            "trap 'exit 9' INT TERM HUP USR1 USR2 ALRM WINCH; echo >&" + descriptor + "; while :; do sleep 0.01; done";
        std::ostringstream errors;
        ::_exit(run_command(
            {.order = "7", .step = "s", .attempt = {}, .agent = agent.address(), .command = {"bash", "-c", script}},
            errors));
    }
    std::array<char, 1> byte{};
    REQUIRE(::read(ready[0], byte.data(), 1) == 1);
    REQUIRE(::kill(runner, signal) == 0);
    int status = 0;
    REQUIRE(::waitpid(runner, &status, 0) == runner);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 9);
    ::close(ready[0]);
    ::close(ready[1]);
    CHECK(without_times(agent.next()) == "ord1 start 7 step=s t=T");
    CHECK(without_times(agent.next()) == "ord1 end 7 step=s rc=9 start=T t=T");
}

TEST_CASE("a parent that ignores its children does not matter") {
    const AgentSocket agent;
    const pid_t runner = ::fork();
    if (runner == 0) {
        ::signal(SIGCHLD, SIG_IGN);
        ::alarm(20);  // should it wait for ever
        ::_exit(run(agent.address(), {"sh", "-c", "exit 4"}).exit_code);
    }
    int status = 0;
    REQUIRE(::waitpid(runner, &status, 0) == runner);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 4);
}
