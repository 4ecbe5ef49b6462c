//! mpbitcoin._ipc: the base of mpbitcoin.ipc. Only that package uses it.

#include <extension/convert.h>
#include <extension/describe.h>
#include <nanobind/nanobind.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

namespace mpbitcoin::extension {
namespace {
//! How often a wait on Python's main thread checks for signals, such as Ctrl-C.
constexpr std::chrono::milliseconds SIGNAL_CHECK{100};

//! The thread that runs Python's signal handlers.
unsigned long g_main_thread{0};

//! Number of Python's threads inside the extension, and whether the interpreter is ending.
std::atomic<int> g_inside{0};
//! How deep this thread is inside: Python's functions may call the extension again.
thread_local int t_inside{0};
std::atomic<bool> g_ending{false};

//! Stops a thread that enters while the interpreter is ending: no Python code may run any more, not
//! even to raise an exception. The thread ends with the process.
[[noreturn]] void stayForEver()
{
    const nb::gil_scoped_release released;
    while (true) {
        pause();
    }
}

//! Lives while a thread may release the GIL in the extension, because it waits or calls Python's
//! functions. The interpreter's end waits for all such threads and lets no new one in: Python ends
//! a thread that requests the GIL later in the middle of C++ code.
class Inside
{
public:
    //! Raises Disconnected on the main thread while it ends the interpreter. Needs the GIL.
    Inside()
    {
        if (g_ending) {
            if (PyThread_get_thread_ident() != g_main_thread) stayForEver();
            raise({"disconnected", "the interpreter is ending"});
        }
        ++g_inside;
        ++t_inside;
    }
    ~Inside()
    {
        --t_inside;
        if (--g_inside == 0 && g_ending) g_inside.notify_all();
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
};

//! Before the interpreter ends: close all connections and wait until no thread is inside.
void stop()
{
    g_ending = true;
    const nb::gil_scoped_release released;
    EventLoop::stopShared();
    while (const int inside{g_inside.load()}) {
        g_inside.wait(inside);
    }
}

void forgetAfterFork()
{
    EventLoop::forgetAfterFork();
    // Only the thread that called fork() exists here, perhaps inside the extension.
    g_inside = t_inside;
    g_main_thread = PyThread_get_thread_ident();
}

//! The call of an object of ours that this thread answers.
thread_local std::shared_ptr<Job> t_answered;

//! Methods and schemas are never freed: Python holds their addresses.
struct MethodHandle
{
    const MethodPlan* plan;
};
struct SchemasHandle
{
    Schemas* schemas;
};

nb::object ownerOf(const Capability& self)
{
    // Calling a weak reference returns its object or None. The API has different functions for that
    // before and after Python 3.13.
    nb::object owner = nb::steal(PyObject_CallNoArgs(self.owner.ptr()));
    if (!owner.is_valid()) throw nb::python_error{};
    if (owner.is_none()) raise({"disconnected", "the connection's owner is gone"});
    return owner;
}

std::string nameOf(const MethodPlan& plan)
{
    return plan.interface + "." + plan.name;
}

nb::object outcome(const Call& call, Owner owner)
{
    const auto& plan = static_cast<const MethodPlan&>(call.method);
    if (const auto* failure = std::get_if<Failure>(&call.outcome())) {
        // Cap'n Proto reports interface and method only as numbers.
        if (failure->kind == "unimplemented") raise({failure->kind, nameOf(plan)});
        raise(*failure);
    }
    return loadResult(plan, std::get<std::shared_ptr<const Message>>(call.outcome()), owner);
}

std::shared_ptr<Call> prepare(const Capability& self,
                              const MethodHandle& method,
                              const nb::tuple& values,
                              Owner owner,
                              std::shared_ptr<Mailbox> mailbox,
                              uint64_t number)
{
    // Check before a Python object is exported: nothing in this process would answer its calls.
    if (!self.remote->connection()->loop()->isOurs()) raise({"forked", ""});
    auto params =
        store(method.plan->params, values, owner, self.remote->connection()->limits().nesting);
    auto call = std::make_shared<Call>(self.remote, *method.plan, std::move(params),
                                       std::move(mailbox), number);
    if (t_answered && t_answered->connection == self.remote->connection()) {
        call->within = t_answered;
    }
    return call;
}

//! Make a call and cancel it after `seconds`. Runs signal handlers while it waits.
void makeCall(const std::shared_ptr<Call>& call, std::optional<double> seconds)
{
    auto& connection = *call->target->connection();
    const bool watch{PyThread_get_thread_ident() == g_main_thread};
    std::optional<Clock::time_point> deadline;
    if (seconds) {
        deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                      std::chrono::duration<double>(*seconds));
    }
    for (bool first{true}; true; first = false) {
        std::optional<Clock::time_point> until{deadline};
        if (watch) {
            const auto check = Clock::now() + SIGNAL_CHECK;
            until = until ? std::min(*until, check) : check;
        }
        bool there;
        {
            const nb::gil_scoped_release released;
            connection.wait(call, first, until);
            there = call->finished();
        }
        if (there) return;
        if (watch && PyErr_CheckSignals() != 0) {
            connection.cancel(call);
            throw nb::python_error();
        }
        if (deadline && Clock::now() >= *deadline) {
            connection.cancel(call);
            raise({"timeout", nameOf(static_cast<const MethodPlan&>(call->method))});
        }
    }
}

nb::object callNow(const Capability& self,
                   const MethodHandle& method,
                   const nb::tuple& values,
                   std::optional<double> seconds)
{
    const Inside inside;
    const auto owner = ownerOf(self);
    const auto call = prepare(self, method, values, owner, nullptr, 0);
    makeCall(call, seconds);
    return outcome(*call, owner);
}

std::shared_ptr<Call> startCall(const Capability& self,
                                const MethodHandle& method,
                                const nb::tuple& values,
                                std::shared_ptr<Mailbox> mailbox,
                                uint64_t number)
{
    const Inside inside;
    const auto call = prepare(self, method, values, ownerOf(self), std::move(mailbox), number);
    self.remote->connection()->start(call);
    return call;
}

//! A letter as Python sees it: a Call, a Job, the number of a released object, or None at the end.
nb::object letter(const Letter& letter)
{
    return std::visit(
        [](const auto& each) -> nb::object {
            using Each = std::decay_t<decltype(each)>;
            if constexpr (std::is_same_v<Each, Released>) {
                return nb::int_(each.object);
            } else if constexpr (std::is_same_v<Each, Ended>) {
                return nb::none();
            } else {
                return nb::cast(each);
            }
        },
        letter);
}

nb::list takeAll(Mailbox& mailbox)
{
    nb::list made;
    for (const auto& each : mailbox.takeAll()) {
        made.append(letter(each));
    }
    return made;
}

nb::object take(Mailbox& mailbox)
{
    const Inside inside;
    const auto taken = [&] {
        const nb::gil_scoped_release released;
        return mailbox.take();
    }();
    return letter(taken);
}

Capability open(int fd,
                std::shared_ptr<Mailbox> mailbox,
                nb::handle owner,
                uint64_t max_message,
                uint64_t max_sent,
                int max_nesting,
                uint32_t max_calls,
                uint32_t max_workers)
{
    auto remote = Connection::open(fd,
                                   Limits{.message = max_message,
                                          .sent = max_sent,
                                          .nesting = max_nesting,
                                          .calls = max_calls,
                                          .workers = max_workers},
                                   std::move(mailbox));
    return Capability{std::move(remote), nb::steal(PyWeakref_NewRef(owner.ptr(), nullptr))};
}

//! Answer a call of an object of ours. Raises LimitExceeded when the other process would not accept
//! the answer.
void finishJob(Job& job, nb::handle value, nb::handle owner)
{
    const Inside inside;
    auto message = storeResult(static_cast<const MethodPlan&>(job.method), value, owner,
                               job.connection->limits().nesting);
    if (const auto failure = job.connection->refusal(message)) raise(*failure);
    job.finish(std::move(message));
}

void failJob(Job& job, const std::string& text)
{
    if (auto message = storeError(static_cast<const MethodPlan&>(job.method), text)) {
        job.finish(std::move(*message));
    } else {
        job.fail(text);
    }
}

nb::tuple parameters(const MethodHandle& method)
{
    nb::list names;
    for (const auto& field : method.plan->params.fields) {
        names.append(field.name);
    }
    return nb::tuple(names);
}

void bindSchemas(nb::module_& module)
{
    nb::class_<MethodHandle>(module, "Method")
        .def_prop_ro("interface", [](const MethodHandle& self) { return self.plan->interface; })
        .def_prop_ro("name", [](const MethodHandle& self) { return self.plan->name; })
        .def_prop_ro("parameters", &parameters);
    nb::class_<Export>(module, "Export");
    nb::class_<Threads>(module, "Threads").def(nb::init<>());
    nb::class_<SchemasHandle>(module, "Schemas")
        .def("__init__",
             [](SchemasHandle* self, const std::string& folder,
                const std::vector<std::string>& imports, nb::dict structs, nb::dict enums,
                nb::dict methods) {
                 new (self) SchemasHandle{new Schemas{folder, imports, {structs, enums, methods}}};
             })
        .def("load", [](SchemasHandle& self, const std::string& file) { self.schemas->load(file); })
        .def("describe", [](const SchemasHandle& self) { return describe(*self.schemas); })
        .def("method",
             [](SchemasHandle& self, uint64_t interface_id,
                const std::string& name) -> std::optional<MethodHandle> {
                 const auto* plan = self.schemas->method(interface_id, name);
                 return plan ? std::optional{MethodHandle{plan}} : std::nullopt;
             })
        .def("export", [](SchemasHandle& self, uint64_t interface_id, uint64_t number) {
            return std::make_shared<Export>(number, self.schemas->table(interface_id));
        });
}

void bindConnections(nb::module_& module)
{
    nb::class_<Mailbox>(module, "Mailbox")
        // Made shared at once: connections hold C++ references, not Python references.
        .def(nb::new_([](bool pollable) { return std::make_shared<Mailbox>(pollable); }))
        .def("fileno", &Mailbox::fileno)
        .def("take", &take)
        .def("take_all", &takeAll);
    nb::class_<Capability>(module, "Capability")
        .def("call", &callNow, nb::arg("method"), nb::arg("values"),
             nb::arg("seconds").none() = nb::none())
        .def("start", &startCall)
        .def("close", [](const Capability& self) { self.remote->connection()->close(); })
        .def("join",
             [](const Capability& self, const Capability& other) {
                 self.remote->connection()->join(other.remote->connection());
             })
        .def("close_after_fork",
             [](const Capability& self) { self.remote->connection()->closeAfterFork(); })
        .def_prop_ro("closed",
                     [](const Capability& self) { return self.remote->connection()->closed(); });
    nb::class_<Call>(module, "Call")
        .def_ro("number", &Call::number)
        .def("cancel",
             [](const std::shared_ptr<Call>& self) { self->target->connection()->cancel(self); })
        .def("result", [](const Call& self, nb::handle owner) {
            const Inside inside;
            return outcome(self, owner);
        });
    nb::class_<Job>(module, "Job")
        .def_ro("object", &Job::object)
        .def_prop_ro(
            "method",
            [](const Job& self) { return static_cast<const MethodPlan&>(self.method).python_name; })
        .def("enter", [](const std::shared_ptr<Job>& self) { t_answered = self; })
        .def("leave", [](const Job&) { t_answered.reset(); })
        .def("values",
             [](const Job& self, nb::handle owner) {
                 const Inside inside;
                 return load(static_cast<const MethodPlan&>(self.method).params, self.params,
                             owner);
             })
        .def("finish", &finishJob, nb::arg("value").none(), nb::arg("owner"))
        .def("fail", &failJob);
    nb::class_<Buffer>(module, "Buffer", nb::type_slots(bufferSlots));
    module.def("open", &open);
}
} // namespace
} // namespace mpbitcoin::extension

NB_MODULE(_ipc, module)
{
    using namespace mpbitcoin::extension;
    // Schemas and the bindings of their types live as long as the process.
    nb::set_leak_warnings(false);
    g_main_thread = nb::cast<unsigned long>(
        nb::module_::import_("threading").attr("main_thread")().attr("ident"));
    nb::register_exception_translator([](const std::exception_ptr& caught, void*) {
        try {
            std::rethrow_exception(caught);
        } catch (const kj::Exception& exception) {
            // Parse errors of schemas have a line number, counted from 0.
            const kj::StringPtr file = exception.getFile();
            const auto place = file.endsWith(".capnp")
                                   ? kj::str(file, ':', exception.getLine() + 1, ": ")
                                   : kj::str();
            PyErr_SetString(PyExc_ValueError, kj::str(place, exception.getDescription()).cStr());
        }
    });
    bindSchemas(module);
    bindConnections(module);
    module.def("python_name", [](const std::string& name) { return pythonName(name); });
    module.def("stop", &stop);
    module.def("forget_after_fork", &forgetAfterFork);
}
