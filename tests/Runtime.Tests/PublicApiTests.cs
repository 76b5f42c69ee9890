using Recurve.TestKit;

namespace Recurve.Runtime.Tests;

/// <summary>What users may rely on is a list in the repository, so that a change of it is seen and meant.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void TheLibraryOffersWhatTheListSays()
        => Snapshots.VerifyFile(PublicApi.Of(typeof(Tensor).Assembly.Location), Path.Combine(Repository.Root, "src", "Runtime", "PublicApi.txt"));
}
