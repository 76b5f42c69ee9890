using System.Runtime.CompilerServices;
using Recurve.Contracts;

namespace Recurve.Kernels;

/// <summary>
/// What a loop knows of its stores when it is compiled. Asking at each lane costs as much as the arithmetic of a light body, so the two usual cases, in which all
/// results meet memory alike, have loops of their own.
/// </summary>
internal interface IStoring
{
    /// <summary>The stores of a frame.</summary>
    static abstract Stores Of(Stores asked);

    /// <summary>The mode of one result.</summary>
    static abstract StoreMode Of(StoreMode asked);
}

/// <summary>All overwrite, through the caches.</summary>
internal readonly struct ThroughCaches : IStoring
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stores Of(Stores asked) => Stores.Of(pastCaches: false);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StoreMode Of(StoreMode asked) => StoreMode.Store;
}

/// <summary>All overwrite, past the caches.</summary>
internal readonly struct PastCaches : IStoring
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stores Of(Stores asked) => Stores.Of(pastCaches: true);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StoreMode Of(StoreMode asked) => StoreMode.NonTemporal;
}

/// <summary>Each as asked.</summary>
internal readonly struct AsAsked : IStoring
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Stores Of(Stores asked) => asked;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static StoreMode Of(StoreMode asked) => asked;
}
