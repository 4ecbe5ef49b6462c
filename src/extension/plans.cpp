#include <extension/plans.h>

#include <kj/debug.h>
#include <mp/proxy.capnp.h>

#include <algorithm>
#include <cctype>

namespace mpbitcoin::extension {
namespace {
//! The id of the annotation $Proxy.exception.
constexpr uint64_t EXCEPTION_ANNOTATION{0x996a183200992f88};

std::string text(kj::StringPtr text)
{
    return {text.cStr(), text.size()};
}

//! Entry `index` of a binding tuple, or nothing when there is none.
nb::object part(nb::handle binding, std::size_t index)
{
    return binding.is_none() ? nb::none() : nb::object{binding[index]};
}

nb::object entry(const nb::object& table, nb::handle key)
{
    if (table.is_none()) return nb::none();
    return nb::borrow<nb::dict>(table).get(key, nb::none());
}
bool isThreadMap(capnp::Type type)
{
    return type.isInterface() &&
           type.asInterface().getProto().getId() == capnp::typeId<mp::ThreadMap>();
}

} // namespace

std::string pythonName(std::string_view name)
{
    const auto upper = [&](std::size_t index) {
        return index < name.size() && std::isupper(static_cast<unsigned char>(name[index]));
    };
    std::string result;
    for (std::size_t index = 0; index < name.size(); ++index) {
        const bool starts = upper(index) && index > 0 &&
                            (!upper(index - 1) || (index + 1 < name.size() && !upper(index + 1)));
        if (starts) result += '_';
        result += static_cast<char>(std::tolower(static_cast<unsigned char>(name[index])));
    }
    const nb::object keyword = nb::module_::import_("keyword").attr("iskeyword");
    if (nb::cast<bool>(keyword(nb::str(result.c_str(), result.size())))) result += '_';
    return result;
}

std::vector<std::pair<capnp::StructSchema::Field, std::optional<capnp::StructSchema::Field>>>
fieldsOf(capnp::StructSchema schema)
{
    std::map<std::string, capnp::StructSchema::Field> flags;
    for (const auto field : schema.getFields()) {
        auto name = text(field.getProto().getName());
        if (!field.getType().isBool() || !name.starts_with("has") || name.size() == 3) continue;
        name.erase(0, 3);
        name[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(name[0])));
        flags.emplace(name, field);
    }
    std::vector<std::pair<capnp::StructSchema::Field, std::optional<capnp::StructSchema::Field>>>
        fields;
    std::vector<capnp::StructSchema::Field> used;
    for (const auto field : schema.getFields()) {
        const auto flag = flags.find(text(field.getProto().getName()));
        if (flag == flags.end()) {
            fields.emplace_back(field, std::nullopt);
        } else {
            fields.emplace_back(field, flag->second);
            used.push_back(flag->second);
        }
    }
    std::erase_if(fields, [&](const auto& pair) {
        return std::find(used.begin(), used.end(), pair.first) != used.end();
    });
    return fields;
}

std::string exceptionOf(capnp::StructSchema::Field field)
{
    for (const auto annotation : field.getProto().getAnnotations()) {
        if (annotation.getId() == EXCEPTION_ANNOTATION)
            return text(annotation.getValue().getText());
    }
    return {};
}

bool isContext(capnp::Type type)
{
    return type.isStruct() && type.asStruct().getProto().getId() == capnp::typeId<mp::Context>();
}

Schemas::Schemas(const std::string& folder,
                 const std::vector<std::string>& imports,
                 Bindings bindings) :
    m_bindings{std::move(bindings)}
{
    const auto add = [this](const std::string& path) {
        m_folders.push_back(m_filesystem->getRoot().openSubdir(
            m_filesystem->getCurrentPath().evalNative(kj::StringPtr{path.c_str(), path.size()})));
        m_imports.push_back(m_folders.back().get());
    };
    add(folder);
    for (const auto& path : imports) {
        add(path);
    }
}

void Schemas::load(const std::string& file)
{
    m_parser.parseFromDirectory(*m_folders.front(),
                                kj::Path::parse(kj::StringPtr{file.c_str(), file.size()}),
                                kj::arrayPtr(m_imports.data(), m_imports.size()));
}

std::string Schemas::comment(capnp::Schema schema) const
{
    KJ_IF_MAYBE (info, m_parser.getSourceInfo(schema)) {
        return text(info->getDocComment());
    }
    return {};
}

std::string Schemas::memberComment(capnp::Schema schema, std::size_t index) const
{
    KJ_IF_MAYBE (info, m_parser.getSourceInfo(schema)) {
        const auto members = info->getMembers();
        if (index < members.size()) {
            return text(members[static_cast<uint>(index)].getDocComment());
        }
    }
    return {};
}

capnp::InterfaceSchema Schemas::interface(uint64_t id) const
{
    for (const auto& schema : m_parser.getAllLoaded()) {
        if (schema.getProto().getId() == id && schema.getProto().isInterface()) {
            return schema.asInterface();
        }
    }
    throw nb::key_error("no such interface in the loaded schemas");
}

const MethodPlan* Schemas::method(uint64_t interface_id, const std::string& name)
{
    KJ_IF_MAYBE (found, interface(interface_id).findMethodByName(name)) {
        return &plan(*found);
    }
    return nullptr;
}

const MethodTable& Schemas::table(uint64_t interface_id)
{
    if (const auto found = m_tables.find(interface_id); found != m_tables.end()) {
        return found->second;
    }
    MethodTable made;
    std::vector<capnp::InterfaceSchema> interfaces{interface(interface_id)};
    while (!interfaces.empty()) {
        const auto schema = interfaces.back();
        interfaces.pop_back();
        for (const auto method : schema.getMethods()) {
            const MethodPlan& each = plan(method);
            made.emplace(std::pair{each.interface_id, each.ordinal}, &each);
        }
        for (const auto ancestor : schema.getSuperclasses()) {
            interfaces.push_back(ancestor);
        }
    }
    return m_tables.try_emplace(interface_id, std::move(made)).first->second;
}

const MethodPlan& Schemas::plan(capnp::InterfaceSchema::Method method)
{
    const auto proto = method.getContainingInterface().getProto();
    const std::string name{text(method.getProto().getName())};
    if (const auto found = m_methods.find({proto.getId(), name}); found != m_methods.end()) {
        return *found->second;
    }
    Structs making;
    auto made = std::make_unique<MethodPlan>();
    made->interface_id = proto.getId();
    made->ordinal = method.getOrdinal();
    made->interface = text(proto.getDisplayName().slice(proto.getDisplayNamePrefixLength()));
    made->name = name;
    made->python_name = nb::str(pythonName(name).c_str());
    made->is_destroy = name == "destroy";
    const auto binding = nb::borrow<nb::dict>(m_bindings.methods)
                             .get(nb::make_tuple(proto.getId(), made->python_name), nb::none());
    made->params.schema = method.getParamType();
    fill(made->params, binding, making);
    made->results.schema = method.getResultType();
    fill(made->results, binding, making);
    std::erase_if(made->params.fields, [&](const FieldPlan& field) {
        if (isContext(field.shape.type)) {
            made->context = field.field.getProto().getSlot().getOffset();
        }
        return isContext(field.shape.type) || field.shape.type.isVoid();
    });
    std::erase_if(made->results.fields, [&](const FieldPlan& field) {
        const auto type = exceptionOf(field.field);
        if (!type.empty()) made->errors.emplace_back(field.field, type);
        made->gives_threads |= isThreadMap(field.shape.type);
        return !type.empty();
    });
    m_structs.merge(making);
    return *m_methods.try_emplace({proto.getId(), name}, std::move(made)).first->second;
}

const StructPlan& Schemas::plan(capnp::StructSchema schema, Structs& making)
{
    for (const auto* const known : {&m_structs, &making}) {
        if (const auto found = known->find(schema); found != known->end()) return *found->second;
    }
    auto& made = *m_made.emplace_back(std::make_unique<StructPlan>());
    // A struct may contain itself.
    making.emplace(schema, &made);
    made.schema = schema;
    fill(made,
         nb::borrow<nb::dict>(m_bindings.structs)
             .get(nb::int_(schema.getProto().getId()), nb::none()),
         making);
    for (auto* const group : {&made.fields, &made.choices}) {
        for (auto& each : *group) {
            each.member = true;
        }
    }
    return made;
}

void Schemas::fill(StructPlan& plan, nb::handle binding, Structs& making)
{
    plan.maker = part(binding, 0);
    for (const auto& [each, has] : fieldsOf(plan.schema)) {
        auto made = field(each, binding, making);
        made.has = has;
        const bool choice =
            each.getProto().getDiscriminantValue() != capnp::schema::Field::NO_DISCRIMINANT;
        (choice ? plan.choices : plan.fields).push_back(std::move(made));
    }
}

FieldPlan Schemas::field(capnp::StructSchema::Field field, nb::handle binding, Structs& making)
{
    const nb::str name{pythonName(text(field.getProto().getName())).c_str()};
    return FieldPlan{.field = field,
                     .has = std::nullopt,
                     .shape = shape(field.getType(), making),
                     .name = name,
                     .load = entry(part(binding, 1), name),
                     .store = entry(part(binding, 2), name)};
}

Shape Schemas::shape(capnp::Type type, Structs& making)
{
    Shape made{.type = type, .structure = nullptr, .enumeration = nb::none(), .element = nullptr};
    if (type.isStruct()) {
        made.structure = &plan(type.asStruct(), making);
    } else if (type.isList()) {
        made.element = std::make_unique<Shape>(shape(type.asList().getElementType(), making));
    } else if (type.isEnum()) {
        made.enumeration = nb::borrow<nb::dict>(m_bindings.enums)
                               .get(nb::int_(type.asEnum().getProto().getId()), nb::none());
    }
    return made;
}
} // namespace mpbitcoin::extension
