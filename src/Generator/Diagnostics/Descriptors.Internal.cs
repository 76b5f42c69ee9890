using Microsoft.CodeAnalysis;

namespace Recurve.Generator.Diagnostics;

internal static partial class Descriptors
{
    /// <summary>9xxx: faults of the compiler itself.</summary>
    static readonly DiagnosticDescriptor[] Internal =
    [
        new(DiagnosticIds.Internal, "Internal compiler error",
            "Cell '{0}' could not be compiled: {1}",
            "Recurve.Internal", DiagnosticSeverity.Error, isEnabledByDefault: true, helpLinkUri: HelpLink + "RCV9001.md"),
    ];
}
