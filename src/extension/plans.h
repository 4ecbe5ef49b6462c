#ifndef MPBITCOIN_EXTENSION_PLANS_H
#define MPBITCOIN_EXTENSION_PLANS_H

#include <extension/export.h>
#include <extension/method.h>
#include <nanobind/nanobind.h>

#include <capnp/dynamic.h>
#include <capnp/schema-parser.h>
#include <kj/filesystem.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace mpbitcoin::extension {
namespace nb = nanobind;

struct StructPlan;

//! How values of one type travel. Plans are read and made with the GIL only.
struct Shape
{
    capnp::Type type;
    //! Of a struct or group.
    const StructPlan* structure{nullptr};
    //! Python's enumeration, if one is bound.
    nb::object enumeration;
    //! Of a list.
    std::unique_ptr<Shape> element;
};

//! A field of a struct, or a parameter or result of a method.
struct FieldPlan
{
    capnp::StructSchema::Field field;
    //! The field `hasName` beside `name`: Python sees one value that may be None.
    std::optional<capnp::StructSchema::Field> has;
    Shape shape;
    //! Python's name.
    nb::object name;
    //! Python functions that a value goes through, if given. memoryview in place of `load` leaves
    //! bytes where they arrived.
    nb::object load;
    nb::object store;
    //! Of a struct that is a value, not a parameter or result itself.
    bool member{false};
};

//! A struct of the schema and what it is in Python: an instance of `maker`, made from the values of
//! its fields, and `kind` and `value` of its union; a dict where nothing is bound.
struct StructPlan
{
    capnp::StructSchema schema;
    nb::object maker;
    std::vector<FieldPlan> fields;
    //! The members of its union.
    std::vector<FieldPlan> choices;
};

//! A method: its parameters without libmultiprocess' own, its results without exceptions.
struct MethodPlan : MethodWire
{
    std::string interface;
    std::string name;
    nb::object python_name;
    StructPlan params;
    StructPlan results;
    //! The results that represent exceptions, and the types of those.
    std::vector<std::pair<capnp::StructSchema::Field, std::string>> errors;
};

//! What Python has bound to types, by their ids: (maker, load hooks, store hooks).
struct Bindings
{
    nb::dict structs;
    nb::dict enums;
    //! By (interface id, Python's name of the method).
    nb::dict methods;
};

struct SchemaHash
{
    std::size_t operator()(const capnp::Schema& schema) const { return schema.hashCode(); }
};

//! The schemas below one folder, and the plans made of them. Never destroyed: the event loop looks
//! at plans. Made and loaded by threads that hold the GIL.
class Schemas
{
public:
    //! What files of `folder` import by an absolute path is looked for there, then in `imports`.
    //! Throws kj::Exception when there is no such folder.
    Schemas(const std::string& folder, const std::vector<std::string>& imports, Bindings bindings);

    //! Parse a file, named relative to the folder, and what it imports. Throws kj::Exception.
    void load(const std::string& file);
    //! All that was loaded so far.
    kj::Array<capnp::Schema> loaded() const { return m_parser.getAllLoaded(); }
    //! The comment on a type of the schema; may be empty.
    std::string comment(capnp::Schema schema) const;
    std::string memberComment(capnp::Schema schema, std::size_t index) const;

    //! A method of an interface or of its ancestors, by its name in the schema; null when there is
    //! none.
    const MethodPlan* method(uint64_t interface_id, const std::string& name);
    //! The table that the other process' calls are looked up in. Raises KeyError.
    const MethodTable& table(uint64_t interface_id);

private:
    capnp::InterfaceSchema interface(uint64_t id) const;
    using Structs = std::unordered_map<capnp::Schema, StructPlan*, SchemaHash>;

    //! A method's plan must be complete before others find it: another thread may get the GIL in
    //! the meantime. `making` are its structs that are not complete yet.
    const MethodPlan& plan(capnp::InterfaceSchema::Method method);
    const StructPlan& plan(capnp::StructSchema schema, Structs& making);
    Shape shape(capnp::Type type, Structs& making);
    void fill(StructPlan& plan, nb::handle binding, Structs& making);
    FieldPlan field(capnp::StructSchema::Field field, nb::handle binding, Structs& making);

    const kj::Own<kj::Filesystem> m_filesystem{kj::newDiskFilesystem()};
    //! The folder, and those of imports.
    std::vector<kj::Own<const kj::ReadableDirectory>> m_folders;
    //! The same for the parser, which keeps the address: complete before the first file is loaded.
    std::vector<const kj::ReadableDirectory*> m_imports;
    capnp::SchemaParser m_parser;
    const Bindings m_bindings;
    //! Those that are whole. All that were made, be it twice, are in m_made.
    Structs m_structs;
    std::vector<std::unique_ptr<StructPlan>> m_made;
    std::map<std::pair<uint64_t, std::string>, std::unique_ptr<MethodPlan>> m_methods;
    std::map<uint64_t, MethodTable> m_tables;
};

//! A name of the schema as Python spells it: get_tip for getTip.
std::string pythonName(std::string_view name);
//! Every field of the struct that is not `has...` of another, with that one.
std::vector<std::pair<capnp::StructSchema::Field, std::optional<capnp::StructSchema::Field>>>
fieldsOf(capnp::StructSchema schema);
//! The C++ exception type that libmultiprocess' annotation names; empty when it has none.
std::string exceptionOf(capnp::StructSchema::Field field);
//! Whether the type is libmultiprocess' Context.
bool isContext(capnp::Type type);
} // namespace mpbitcoin::extension

#endif // MPBITCOIN_EXTENSION_PLANS_H
