#pragma warning disable IDE0130 // the compiler looks for these in their own namespaces
namespace System.Runtime.CompilerServices
{
    internal static class IsExternalInit;
    internal sealed class RequiredMemberAttribute : Attribute;
    internal sealed class CompilerFeatureRequiredAttribute(string name) : Attribute { public string Name { get; } = name; }
}

namespace System.Diagnostics.CodeAnalysis
{
    internal sealed class NotNullWhenAttribute(bool value) : Attribute { public bool Value { get; } = value; }
    internal sealed class SetsRequiredMembersAttribute : Attribute;
}
