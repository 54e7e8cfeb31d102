#include "cli/run_command.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ostream>
#include <system_error>

#include "base/time.h"
#include "emit/event_line.h"

namespace ordertrace {
namespace {

constexpr int not_found = 127;       // as shells have it
constexpr int not_executable = 126;  // as shells have it

// Signals a person or a supervisor sends to the command through us.
sigset_t forwarded_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH, SIGCONT})
        sigaddset(&set, signal);
    return set;
}

std::int64_t now_micros() {
    return to_micros(std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now()));
}

struct Outcome {
    int exit_code = 0;
    std::vector<std::string> words;  // of the end event
};

class CommandStep {
public:
    CommandStep(const RunOptions& options, const Result<EventSender>& sender) : options_{options}, sender_{sender} {}

    void begin() { send("start", {"t=" + std::to_string(start_)}); }

    // The end carries the start too: should the start's datagram be lost, the step still has its length.
    void end(const Outcome& outcome) {
        auto words = outcome.words;
        words.push_back("start=" + std::to_string(start_));
        words.push_back("t=" + std::to_string(std::max(now_micros(), start_)));
        send("end", words);
    }

private:
    void send(std::string_view verb, const std::vector<std::string>& more) {
        std::vector<std::string> words{"step=" + options_.step};
        if (options_.attempt) words.push_back("try=" + std::to_string(*options_.attempt));
        words.insert(words.end(), more.begin(), more.end());
        // The command matters, not the report of it: what cannot be sent is not sent.
        if (sender_) static_cast<void>(sender_->send(event_line(verb, options_.order, words)));
    }

    const RunOptions& options_;
    const Result<EventSender>& sender_;
    std::int64_t start_ = now_micros();
};

// 0 and the child's id, or the error. The child gets the signal mask we were started with.
int spawn(const std::vector<std::string>& command, const sigset_t& mask, pid_t& child) {
    std::vector<char*> words;
    for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setsigmask(&attributes, &mask);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    const int error = ::posix_spawnp(&child, words[0], nullptr, &attributes, words.data(), environ);
    ::posix_spawnattr_destroy(&attributes);
    return error;
}

// The same; and as with shells and cron, a file that names no interpreter is a script of the shell, which looks for it
// in PATH once more.
int spawn_as_shells_do(const std::vector<std::string>& command, const sigset_t& mask, pid_t& child) {
    const int error = spawn(command, mask, child);
    if (error != ENOEXEC) return error;
    std::vector<std::string> by_shell{"/bin/sh", "-c", "exec \"$0\" \"$@\""};
    by_shell.insert(by_shell.end(), command.begin(), command.end());
    return spawn(by_shell, mask, child);
}

// Until the child has ended; signals that come meanwhile are handed on. A terminal sends its own to the whole group,
// so the child has those already.
int wait_for(pid_t child, const sigset_t& watched) {
    for (;;) {
        int status = 0;
        if (::waitpid(child, &status, WNOHANG) == child) return status;
        siginfo_t info{};
        const int signal = ::sigwaitinfo(&watched, &info);
        if (signal > 0 && signal != SIGCHLD && info.si_code != SI_KERNEL) ::kill(child, signal);
    }
}

Outcome outcome_of(int status) {
    if (WIFSIGNALED(status)) {
        const int signal = WTERMSIG(status);
        const char* name = ::sigabbrev_np(signal);
        auto text = "killed by signal " + std::to_string(signal);
        if (name != nullptr) text += " (SIG" + std::string{name} + ')';
        return {128 + signal, {"res=fail", "err=" + text}};
    }
    return {WEXITSTATUS(status), {"rc=" + std::to_string(WEXITSTATUS(status))}};
}

Outcome cannot_execute(const std::string& program, int error, std::ostream& errors) {
    const auto text = std::generic_category().message(error);
    errors << "ordertrace run: cannot execute " << program << ": " << text
           << "; check its name, PATH and permissions\n";
    const int code = error == ENOENT ? not_found : not_executable;
    return {code, {"rc=" + std::to_string(code), "err=cannot execute " + program + ": " + text}};
}

}  // namespace

int run_command(const RunOptions& options, std::ostream& errors) {
    const auto sender = EventSender::open(options.agent);
    auto watched = forwarded_signals();
    sigaddset(&watched, SIGCHLD);
    ::signal(SIGCHLD, SIG_DFL);  // whoever started us may ignore it; then no child could be waited for
    sigset_t before;
    ::pthread_sigmask(SIG_BLOCK, &watched, &before);

    CommandStep step{options, sender};
    step.begin();
    pid_t child = -1;
    const int error = spawn_as_shells_do(options.command, before, child);
    const auto outcome =
        error == 0 ? outcome_of(wait_for(child, watched)) : cannot_execute(options.command[0], error, errors);
    step.end(outcome);
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return outcome.exit_code;
}

}  // namespace ordertrace
